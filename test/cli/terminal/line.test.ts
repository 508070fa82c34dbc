import { expect, it } from 'vitest';
import { fitLine } from '../../../main/cli/terminal/line.ts';
import { wrap } from '../../../main/cli/terminal/wrap.ts';

const red = (text: string): string => `<r>${text}</r>`;

it('a line that fits stays as it is; its colours have no width', () => {
  expect(fitLine([['abc'], ['def', red]], 6)).toBe('abc<r>def</r>');
});

it('a line that does not is cut, and says so, within the width', () => {
  expect(fitLine([['abc'], ['def', red]], 5)).toBe('abc<r>d</r>…');
  expect(fitLine([['abc'], ['def', red]], 4)).toBe('abc…');
});

it('characters beyond the basic plane are not cut in half', () => {
  expect(fitLine([['😀😀😀']], 2)).toBe('😀…');
});

it('words are kept whole where lines end', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('one two three', 6)).toEqual(['one', 'two', 'three']);
  expect(wrap('unbreakable word', 4)).toEqual(['unbreakable', 'word']);
});

import { describe, expect, it } from 'vitest';
import { nearest, suggestion } from '../../src/study/nearest.ts';

const variants = ['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL'];

describe('nearest', () => {
  it.each([
    ['contrl', ['CONTROL']],
    ['Algo', ['ALGO', 'ALGO+IMPL']],
    ['imp', ['IMPL', 'ALGO+IMPL']],
    ['algo impl', ['ALGO+IMPL', 'ALGO', 'IMPL']],
    ['something else', []],
    ['', []],
  ])('finds what %j may have meant', (name, expected) => {
    expect(nearest(name, variants)).toEqual(expected);
  });

  it('finds a longer name by a misspelt beginning', () => {
    expect(nearest('acumulation', ['deterministic', 'accumulation-order'])).toEqual(['accumulation-order']);
  });

  it('finds a name by a part of two letters', () => {
    expect(nearest('bn', ['smallcnn-fashion', 'smallcnn-fashion-bn'])).toEqual(['smallcnn-fashion-bn']);
  });
});

describe('suggestion', () => {
  it('names what is near and what is known', () => {
    expect(suggestion('contrl', variants)).toBe(
      'Did you mean "CONTROL"? Known: ALGO+IMPL, ALGO, IMPL, CONTROL.',
    );
    expect(suggestion('zzz', ['a'])).toBe('Known: a.');
  });
});

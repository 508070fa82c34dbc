import { describe, expect, it } from 'vitest';
import { findJsonFault, lineAndColumn } from '../../src/study/jsonText.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('findJsonFault', () => {
  it.each([
    ['', 0, 'expected a value, found the end of the text'],
    ['{"a":1,}', 7, 'expected a key in double quotes, found "}"'],
    ['[1 2]', 3, 'expected "," or "]", found "2"'],
    ['{"a" 1}', 5, 'expected ":", found "1"'],
    ['[01]', 2, 'expected "," or "]", found "1"'],
    ['["abc]', 1, 'text that does not end, or has a bad escape'],
    ['{} x', 3, 'expected the end of the text, found "x"'],
    ['{"a":1,"b":2,"a":3}', 13, 'the key "a" is there twice'],
    ['[nul]', 1, 'expected a value, found "n"'],
  ])('finds the fault of %s', (text, offset, reason) => {
    expect(findJsonFault(text)).toEqual({ offset, reason });
  });

  it('agrees with JSON.parse on 20,000 texts made by changing one character of valid ones', () => {
    const valid = [
      '{"a":[1,-2.5e+3,true,null,"x\\u00e9\\n"],"b":{"c":{}},"d":[]}',
      ' [ "" , 0 , false ] ',
      '-0.1E2',
    ];
    const characters = '{}[]",:\\eE+-.019truefalsn \u0001';
    let state = 12345;
    const draw = (bound: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % bound;
    };
    for (let round = 0; round < 20_000; round++) {
      const text = valid[draw(valid.length)] ?? '';
      const at = draw(text.length + 1);
      const text2 =
        text.slice(0, at) + (characters[draw(characters.length)] ?? '') + text.slice(at + draw(2));
      const fault = findJsonFault(text2);
      if (fault?.reason.includes('twice') !== true)
        expect([text2, fault === null]).toEqual([text2, isJson(text2)]);
    }
  });

  it('stops at a depth that no study has', () => {
    expect(findJsonFault('['.repeat(100_000))?.reason).toBe('nested deeper than 64 levels');
  });

  it('takes no time over long text without an end', () => {
    expect(findJsonFault(`"${'a'.repeat(1_000_000)}`)?.offset).toBe(0);
  });
});

describe('lineAndColumn', () => {
  it('counts both from 1', () => {
    expect(lineAndColumn('ab\ncd', 0)).toEqual({ line: 1, column: 1 });
    expect(lineAndColumn('ab\ncd', 2)).toEqual({ line: 1, column: 3 });
    expect(lineAndColumn('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
  });
});

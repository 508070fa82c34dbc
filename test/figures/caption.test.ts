import { describe, expect, it } from 'vitest';
import { countWords, exclusionWords, intervalWords, sentences } from '../../src/figures/caption.ts';

const variant = (name: string, replicates: number, excluded: { index: number; reason: string }[] = []) => ({
  name,
  replicates,
  excluded,
});

describe('a caption', () => {
  it('says how many replicates count', () => {
    expect(countWords([variant('A', 8), variant('B', 8)])).toBe('n = 8 replicates of each variant');
    expect(countWords([variant('A', 8), variant('B', 7)])).toBe('n = 8 (A) and 7 (B) replicates');
    expect(countWords([variant('A', 1)])).toBe('n = 1 replicate');
    expect(countWords([])).toBe('no replicates');
  });

  it('says which do not, by their reasons', () => {
    const excluded = [
      { index: 0, reason: 'power cut' },
      { index: 2, reason: 'diverged: loss is NaN' },
      { index: 4, reason: 'power cut' },
    ];
    expect(exclusionWords([variant('A', 5, excluded), variant('B', 8)])).toBe(
      'Excluded: replicates 1 and 5 of A (power cut); replicate 3 of A (diverged: loss is NaN)',
    );
    expect(exclusionWords([variant('A', 8)])).toBeNull();
  });

  it('names the level and the method of an interval', () => {
    const interval = { low: 0, high: 1, level: 0.95, method: 'chi-square' } as const;
    expect(intervalWords([null, interval])).toBe('95 % chi-square interval');
    expect(intervalWords([null, { ...interval, level: 0.9, method: 'student-t' }])).toBe(
      '90 % Student t interval',
    );
    expect(intervalWords([null])).toBeNull();
  });

  it('is made of sentences', () => {
    expect(sentences('one', null, 'two.', '', 'is it?')).toBe('One. Two. Is it?');
  });
});

import { describe, expect, it } from 'vitest';
import { arranged, figureEditsSchema, styleOf } from '../../src/figures/edits.ts';
import { looksOf } from '../../src/figures/palettes.ts';

const named = (...names: string[]) => names.map((name) => ({ name }));

describe('edits', () => {
  it('sort and hide, and leave what they do not name in its order', () => {
    expect(arranged(named('A', 'B', 'C', 'D'), { order: ['D', 'B'], hidden: ['C'] })).toEqual(
      named('D', 'B', 'A'),
    );
    expect(arranged(named('A', 'B'), {})).toEqual(named('A', 'B'));
  });

  it('give the width of the venue, and ticks that can be read', () => {
    expect(styleOf({}, 'column')).toMatchObject({ inches: 3.25, size: 9, tickSize: 7, font: 'sans' });
    expect(styleOf({ width: 'cvpr', span: 'page', size: 7 }, 'column')).toMatchObject({
      inches: 6.875,
      tickSize: 6,
    });
    expect(styleOf({ width: 'neurips' }, 'page')).toMatchObject({ inches: 5.5 });
    expect(styleOf({ width: 'slides' }, 'column').tickSize).toBeGreaterThanOrEqual(16);
  });

  it('are refused where they make no figure', () => {
    for (const edits of [
      { size: 5.9 },
      { size: Number.NaN },
      { width: 'a0' },
      { palette: 'rainbow' },
      { colour: 'red' },
    ]) {
      expect(figureEditsSchema.safeParse(edits).success, JSON.stringify(edits)).toBe(false);
    }
    expect(figureEditsSchema.safeParse({ labels: { ALGO: '<b>&"' }, title: '' }).success).toBe(true);
  });

  it('keep the shapes and dashes of variants in every palette', () => {
    const names = ['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL'];
    const usual = looksOf(names, {});
    for (const palette of ['muted', 'grey'] as const) {
      const look = looksOf(names, { palette });
      expect(names.map((name) => look(name).shape)).toEqual(names.map((name) => usual(name).shape));
      expect(new Set(names.map((name) => look(name).colour)).size).toBe(4);
    }
    expect(new Set(names.map((name) => usual(name).shape)).size).toBe(4);
  });
});

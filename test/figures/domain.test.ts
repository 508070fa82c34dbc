import { describe, expect, it } from 'vitest';
import { goesBeyond, panelDomain } from '../../src/figures/domain.ts';
import { buildMark } from '../fixtures/figures/charts.ts';

const axis = { title: 'Churn (%)', scale: 100, fromZero: true };
const panelOf = (...marks: ReturnType<typeof buildMark>[]) => ({ axis, band: null, cells: [marks] });

describe('the range of a panel', () => {
  it('holds values and intervals, from zero where zero is an end', () => {
    const panel = panelOf(buildMark('ALGO', { value: 0.02, low: 0.01, high: 0.04 }));
    expect(panelDomain(panel)).toEqual({ low: 0, high: 0.04 });
    expect(goesBeyond(panel)).toBe(false);
    const free = { ...panel, axis: { ...axis, fromZero: false } };
    expect(panelDomain(free).low).toBeGreaterThan(0);
  });

  it('does not follow an interval that dwarfs the values', () => {
    const panel = panelOf(buildMark('ALGO', { value: 0.02, low: 0.01, high: 3 }));
    expect(panelDomain(panel).high).toBeLessThan(0.05);
    expect(goesBeyond(panel)).toBe(true);
  });

  it('is never of no width', () => {
    for (const value of [0, 0.5, null]) {
      for (const fromZero of [true, false]) {
        const mark = buildMark('ALGO', { value, low: null, high: null });
        const { low, high } = panelDomain({ axis: { ...axis, fromZero }, band: null, cells: [[mark, mark]] });
        expect(high - low, String(value)).toBeGreaterThan(0);
      }
    }
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  centralSquare,
  centralWindow,
  distortedWindow,
  type InceptionCrop,
} from '../../src/engine/inceptionCrop.ts';

// Drawn and cut by TensorFlow: test/fixtures/engine/inceptionCrop.py.
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/engine/inceptionCrop.json', import.meta.url), 'utf8'),
) as {
  draws: number;
  drawn: {
    size: [number, number];
    smallestArea: number;
    widestAspect: number;
    mean: number[];
    deviation: number[];
  }[];
  central: { size: [number, number]; fraction: number; window: number[] }[];
};

const crop: InceptionCrop = {
  kind: 'inception-crop',
  smallestArea: 0.08,
  widestAspect: 4 / 3,
  attempts: 100,
  evaluationCrop: 0.875,
};

describe('a window of the Inception crop', () => {
  it.each(expected.drawn)(
    'is drawn from $size as often as TensorFlow draws it (area from $smallestArea, aspect to $widestAspect)',
    ({ size, smallestArea, widestAspect, mean, deviation }) => {
      const windows = Array.from({ length: expected.draws }, (_, word) => {
        const { top, left, height, width } = distortedWindow(word, size, {
          ...crop,
          ...{ smallestArea, widestAspect },
        });
        return [top, left, height, width, height * width, width / height];
      });
      for (const [column, theirs] of mean.entries()) {
        const values = windows.map((window) => window[column] ?? Number.NaN);
        const ours = values.reduce((sum, value) => sum + value, 0) / values.length;
        const square = values.reduce((sum, value) => sum + (value - ours) ** 2, 0);
        const spread = Math.sqrt(square / (values.length - 1));
        const theirSpread = deviation[column] ?? Number.NaN;
        // Five standard errors of a difference of two means of so many draws; the spread within 3 %.
        const error = 5 * theirSpread * Math.sqrt(2 / expected.draws);
        expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(error + 1e-9);
        expect(Math.abs(spread - theirSpread)).toBeLessThanOrEqual(0.03 * theirSpread + 1e-9);
      }
    },
  );

  it('lies inside the image, follows from its word alone and is the whole where nothing fits', () => {
    for (let word = 0; word < 2000; word += 1) {
      const size: [number, number] = [1 + (word % 40), 1 + (word % 23)];
      const { top, left, height, width } = distortedWindow(word, size, crop);
      expect(Math.min(top, left, height - 1, width - 1)).toBeGreaterThanOrEqual(0);
      expect(top + height).toBeLessThanOrEqual(size[0]);
      expect(left + width).toBeLessThanOrEqual(size[1]);
    }
    expect(distortedWindow(9, [300, 200], crop)).toEqual(distortedWindow(9, [300, 200], crop));
    expect(distortedWindow(9, [300, 200], crop)).not.toEqual(distortedWindow(10, [300, 200], crop));
    expect(distortedWindow(1, [20, 200], { ...crop, smallestArea: 0.9, attempts: 3 })).toEqual({
      ...{ top: 0, left: 0, height: 20, width: 200 },
    });
  });

  it.each(expected.central)(
    'around the centre of $size is that of central_crop',
    ({ size, fraction, window }) => {
      const { top, left, height, width } = centralWindow(size, fraction);
      expect([top, left, height, width]).toEqual(window);
    },
  );

  it.each([
    // By hand after decode_and_center_crop: side = int(224 / 256 * 375) = 328, (375 - 328 + 1) // 2 = 24 and so on.
    [[375, 500], { top: 24, left: 86, height: 328, width: 328 }],
    [[500, 375], { top: 86, left: 24, height: 328, width: 328 }],
    [[256, 256], { top: 16, left: 16, height: 224, width: 224 }],
    [[1, 1], { top: 0, left: 0, height: 1, width: 1 }],
  ] as const)('for testing is the square that TensorFlow’s models cut out of %j', (size, window) => {
    expect(centralSquare(size, 0.875)).toEqual(window);
  });
});

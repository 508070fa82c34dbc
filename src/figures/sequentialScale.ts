/** Viridis (Smith and van der Walt 2015, matplotlib) at nine even steps: perceptually uniform, and readable without hue. */
const steps = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
] as const;

/** @param share 0 to 1. */
function sequentialColour(share: number): readonly number[] {
  const place = Math.min(1, Math.max(0, share)) * (steps.length - 1);
  const below = Math.min(steps.length - 2, Math.floor(place));
  const [from, to] = [steps[below] ?? steps[0], steps[below + 1] ?? steps[0]];
  return from.map((channel, index) => Math.round(channel + (place - below) * ((to[index] ?? 0) - channel)));
}

/** The scale as a CSS gradient, lowest at the left. */
export const sequentialGradient = `linear-gradient(to right, ${steps.map((step) => `rgb(${step.join(' ')})`).join(', ')})`;

/** 256 colours as pixels: red, green, blue, opaque. */
export function sequentialTable(): Uint8ClampedArray {
  const table = new Uint8ClampedArray(4 * 256);
  for (let level = 0; level < 256; level++) table.set([...sequentialColour(level / 255), 255], 4 * level);
  return table;
}

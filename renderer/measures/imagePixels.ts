/**
 * Pixels of an example as a canvas takes them.
 * @param bytes [height, width, channels]; one channel is grey, three are red, green and blue.
 * @returns [height, width, 4], opaque.
 */
export function rgbaOf(bytes: Uint8Array, pixels: number, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(4 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    for (let channel = 0; channel < 3; channel++) {
      rgba[4 * pixel + channel] = bytes[from + (channels === 1 ? 0 : channel)] ?? 0;
    }
    rgba[4 * pixel + 3] = 255;
  }
  return rgba;
}

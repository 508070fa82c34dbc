import { RandomStream } from '../noise/stream.ts';
import type { Recipe } from '../study/task.ts';

/** Where an image is cut out, in pixels. */
export interface CropWindow {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

export type InceptionCrop = Extract<Recipe['augmentation'][number], { kind: 'inception-crop' }>;

/** What a recipe says about it, if it is there. */
export function inceptionCropOf(augmentation: Recipe['augmentation']): InceptionCrop | undefined {
  return augmentation.find((each) => each.kind === 'inception-crop');
}

const { fround, sqrt } = Math;

/**
 * Draws a window as TensorFlow's `SampleDistortedBoundingBoxV2` does where the box is the whole image: an aspect ratio
 * (width over height), then a height between those of the smallest and the largest area, then a place. What does not fit
 * is drawn anew; after so many attempts it is the whole image. Numbers are float32 where TensorFlow's are, and the last
 * place in each direction is never drawn, as there.
 * @param word unsigned 32-bit integer: names the stream of random numbers.
 */
export function distortedWindow(
  word: number,
  [imageHeight, imageWidth]: readonly [height: number, width: number],
  { smallestArea, widestAspect, attempts }: InceptionCrop,
): CropWindow {
  const stream = RandomStream.named(word, 'inception-crop');
  const [narrow, wide] = [fround(1 / widestAspect), fround(widestAspect)];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const aspect = fround(fround(fround(stream.nextFloat()) * fround(wide - narrow)) + narrow);
    const size = windowSize(stream, [imageHeight, imageWidth], { smallestArea, aspect });
    if (size === undefined) continue;
    const [height, width] = size;
    const top = height < imageHeight ? stream.nextInteger(imageHeight - height) : 0;
    const left = width < imageWidth ? stream.nextInteger(imageWidth - width) : 0;
    return { top, left, height, width };
  }
  return { top: 0, left: 0, height: imageHeight, width: imageWidth };
}

/** Height and width of a window, or nothing where the drawn ones do not fit the image and the area. */
function windowSize(
  stream: RandomStream,
  [imageHeight, imageWidth]: readonly [height: number, width: number],
  { smallestArea, aspect }: { smallestArea: number; aspect: number },
): [height: number, width: number] | undefined {
  const mostArea = fround(imageHeight * imageWidth);
  const leastArea = fround(fround(fround(smallestArea) * imageHeight) * imageWidth);
  const widthOf = (height: number): number => roundToEven(fround(height * aspect));
  let most = roundToEven(fround(sqrt(fround(mostArea / aspect))));
  if (widthOf(most) > imageWidth) {
    most = Math.floor((imageWidth + 0.5 - 1e-7) / aspect);
    if (widthOf(most) > imageWidth) most -= 1;
  }
  most = Math.min(most, imageHeight);
  let height = Math.min(roundToEven(fround(sqrt(fround(leastArea / aspect)))), most);
  if (height < most) height += stream.nextInteger(most - height + 1);
  if (height * widthOf(height) < leastArea) height += 1;
  if (height * widthOf(height) > mostArea) height -= 1;
  const width = widthOf(height);
  const area = height * width;
  const fits = area >= leastArea && area <= mostArea && width <= imageWidth && height <= imageHeight;
  return fits && width > 0 && height > 0 ? [height, width] : undefined;
}

/** `lrintf`: halves go to the even neighbour. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  const part = value - below;
  return part > 0.5 || (part === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** The window that `tf.image.central_crop` cuts out. */
export function centralWindow(
  [imageHeight, imageWidth]: readonly [height: number, width: number],
  fraction: number,
): CropWindow {
  const top = Math.floor((imageHeight - imageHeight * fraction) / 2);
  const left = Math.floor((imageWidth - imageWidth * fraction) / 2);
  return { top, left, height: imageHeight - 2 * top, width: imageWidth - 2 * left };
}

/**
 * The square around the centre whose side is a part of the shorter one, as TensorFlow's models cut ImageNet's validation
 * images (`decode_and_center_crop`).
 */
export function centralSquare(
  [imageHeight, imageWidth]: readonly [height: number, width: number],
  fraction: number,
): CropWindow {
  const side = Math.max(1, Math.floor(fround(fround(fraction) * Math.min(imageHeight, imageWidth))));
  const before = (size: number): number => Math.floor((size - side + 1) / 2);
  return { top: before(imageHeight), left: before(imageWidth), height: side, width: side };
}

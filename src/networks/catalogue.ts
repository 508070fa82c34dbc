import { NoisefloorError } from '../study/errors.ts';
import type { NetworkReference } from '../study/task.ts';
import { Blueprint } from './blueprint.ts';
import { denseNet121, denseNet201 } from './densenet.ts';
import { efficientNetB0 } from './efficientnet.ts';
import { inceptionV3 } from './inceptionv3.ts';
import { mediumCnn } from './mediumcnn.ts';
import { mobileNet } from './mobilenet.ts';
import type { NetworkKind, NetworkName } from './networkKind.ts';
import { resNet152, resNet50 } from './resnet.ts';
import { resNet18 } from './resnet18.ts';
import { smallCnn } from './smallcnn.ts';
import { vgg16, vgg19 } from './vgg.ts';
import { xception } from './xception.ts';

/** All networks, in the order in which they are offered. */
const catalogue: { readonly [Name in NetworkName]: NetworkKind<Name> } = {
  smallcnn: smallCnn,
  mediumcnn: mediumCnn,
  resnet18: resNet18,
  resnet50: resNet50,
  resnet152: resNet152,
  vgg16,
  vgg19,
  densenet121: denseNet121,
  densenet201: denseNet201,
  inceptionv3: inceptionV3,
  xception,
  mobilenet: mobileNet,
  efficientnetb0: efficientNetB0,
};

/** A network whose options have been checked. */
type AnyNetworkKind = Omit<NetworkKind<NetworkName>, 'draw'> & {
  draw(blueprint: Blueprint, reference: NetworkReference, classes: number): void;
};

/** The names of all networks, in the order in which they are offered. */
export const networkNames = Object.keys(catalogue) as readonly NetworkName[];

/** A network's name as papers write it. */
export function networkTitle(name: NetworkName): string {
  return catalogue[name].title;
}

/** The least height and width of images that a network takes, in pixels. */
export function smallestImageSide(name: NetworkName): number {
  return catalogue[name].smallestSide;
}

/**
 * Draws a network for images of [height, width, channels].
 * @throws NoisefloorError `image-too-small`.
 */
export function blueprintOf(
  reference: NetworkReference,
  imageShape: readonly [number, number, number],
  classes: number,
): Blueprint {
  // The catalogue pairs each name with its own options.
  const kind = catalogue[reference.name] as AnyNetworkKind;
  const [height, width] = imageShape;
  const { title, smallestSide: side, because } = kind;
  if (Math.min(height, width) < side) {
    throw new NoisefloorError(
      'image-too-small',
      `${title} ${because}, so images must be at least ${side} x ${side} pixels; these are ${height} x ${width}.`,
    );
  }
  const blueprint = new Blueprint(imageShape);
  kind.draw(blueprint, reference, classes);
  return blueprint;
}

import { NoisefloorError } from '../study/errors.ts';
import type { NetworkReference } from '../study/task.ts';
import { Blueprint } from './blueprint.ts';
import { denseNet121, denseNet201 } from './densenet.ts';
import { efficientNetB0 } from './efficientnet.ts';
import { inceptionV3 } from './inceptionv3.ts';
import { mediumCnn } from './mediumcnn.ts';
import { mobileNet } from './mobilenet.ts';
import type { NetworkKind, NetworkName } from './networkKind.ts';
import { drawTopology } from './topologyDrawing.ts';
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

/** A network's name as papers write it; that of one's own is its file's. */
export function networkTitle(network: NetworkReference | NetworkName): string {
  if (typeof network === 'string') return catalogue[network].title;
  return network.name === 'keras-file' ? fileTitle(network.path) : catalogue[network.name].title;
}

/** `net` of `/home/me/net.keras`. */
function fileTitle(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return file.replace(/\.(keras|h5|hdf5|json)$/i, '') || path;
}

/** The least height and width of images that a network takes, in pixels. */
export function smallestImageSide(name: NetworkName): number {
  return catalogue[name].smallestSide;
}

/**
 * Draws a network for images of [height, width, channels].
 * @throws NoisefloorError `image-too-small`; of a person's own `network-unread`, `network-misfit`.
 */
export function blueprintOf(
  reference: NetworkReference,
  imageShape: readonly [number, number, number],
  classes: number,
): Blueprint {
  if (reference.name === 'keras-file') {
    return drawTopology(reference.topology, networkTitle(reference), imageShape, classes);
  }
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

/** Why a network does not take such images, in a sentence; null where it does. */
export function networkFault(
  reference: NetworkReference,
  imageShape: readonly [number, number, number],
  classes: number,
): string | null {
  try {
    blueprintOf(reference, imageShape, classes);
    return null;
  } catch (error) {
    if (error instanceof NoisefloorError) return error.message;
    throw error;
  }
}

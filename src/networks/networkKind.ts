import type { NetworkReference } from '../study/task.ts';
import type { Blueprint } from './blueprint.ts';
import type { FeatureMap } from './layerOperation.ts';

/** A network that ships; `keras-file` is the one that a person brings. */
export type NetworkName = Exclude<NetworkReference['name'], 'keras-file'>;

/** A network by its name, with its options. */
export type Reference<Name extends NetworkName> = Extract<NetworkReference, { name: Name }>;

/** What is known of a network beside its options. */
export interface NetworkKind<Name extends NetworkName> {
  /** As papers write it. */
  readonly title: string;
  /** The least height and width of images that it takes, in pixels. */
  readonly smallestSide: number;
  /** Why, after its title: "halves the image three times". */
  readonly because: string;
  /** Draws it on a blueprint, from the image to the logits. */
  draw(blueprint: Blueprint, reference: Reference<Name>, classes: number): FeatureMap;
}

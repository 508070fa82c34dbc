import { listAnd, listOr } from './nearest.ts';
import { studyJsonSchema, type SchemaNode } from './jsonSchema.ts';

/** Keys and list positions from the study down to a value. */
export type StudyPath = readonly (string | number)[];

/** `variants[0].sources.order`. */
export function pathText(path: StudyPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of a plain object, undefined where there is none. */
export function valueAt(root: unknown, path: StudyPath): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? (value as unknown[])[key] : undefined;
    return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, root);
}

const asNode = (schema: unknown): SchemaNode | undefined => (isRecord(schema) ? schema : undefined);

/** The alternatives of a schema, itself if it has none. */
export function alternatives(node: SchemaNode): SchemaNode[] {
  const listed = node.oneOf ?? node.anyOf;
  return listed === undefined ? [node] : listed.map(asNode).filter((choice) => choice !== undefined);
}

/** The key whose constant tells the alternatives of a schema apart, such as `kind` of a data set. */
export function discriminator(node: SchemaNode): string | undefined {
  const [first] = alternatives(node);
  return Object.entries(first?.properties ?? {}).find(([, property]) => {
    return asNode(property)?.const !== undefined;
  })?.[0];
}

/** The alternative that a value has chosen, or undefined where it fits none. */
export function chosenAlternative(node: SchemaNode, value: unknown): SchemaNode | undefined {
  const choices = alternatives(node);
  if (choices.length === 1) return choices[0];
  if (Array.isArray(value)) return choices.find((choice) => choice.type === 'array');
  const key = discriminator(node);
  if (key === undefined || !isRecord(value)) return undefined;
  return choices.find((choice) => asNode(choice.properties?.[key])?.const === value[key]);
}

/**
 * The schema of the value at a path.
 * @param root the study that the path leads into: its kinds and names choose among alternatives.
 * @returns undefined where a study has nothing at that path.
 */
export function schemaAt(root: unknown, path: StudyPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = studyJsonSchema();
  let value = root;
  for (const key of path) {
    const chosen: SchemaNode | undefined = chosenAlternative(node, value);
    // Where no alternative is chosen yet, the key that chooses one is still known.
    node = chosen === undefined ? choosingKey(node, key) : child(chosen, key);
    if (node === undefined) return undefined;
    value = valueAt(value, [key]);
  }
  return node;
}

function child(node: SchemaNode, key: string | number): SchemaNode | undefined {
  if (typeof key === 'number') return asNode(node.items);
  const properties = node.properties ?? {};
  return Object.hasOwn(properties, key) ? asNode(properties[key]) : undefined;
}

function choosingKey(node: SchemaNode, key: string | number): SchemaNode | undefined {
  if (key !== discriminator(node)) return undefined;
  return { type: 'string', enum: choices(alternatives(node)) };
}

/** The constants that tell alternatives apart, such as the kinds of data sets. */
export function choices(among: readonly SchemaNode[]): string[] {
  return among.map((choice) => {
    const constants = Object.values(choice.properties ?? {}).map((property) => asNode(property)?.const);
    return String(constants.find((constant) => constant !== undefined));
  });
}

/** The texts that may stand at a place, or an empty list where they are not an enumeration. */
export function allowedNames(node: SchemaNode): string[] {
  if (node.enum !== undefined) return node.enum.map(String);
  return node.const === undefined ? [] : [String(node.const)];
}

/** The keys that an object may have, or an empty list. */
export function knownKeys(root: unknown, path: StudyPath): string[] {
  const node = schemaAt(root, path);
  if (node === undefined) return [];
  const chosen = chosenAlternative(node, valueAt(root, path));
  const key = discriminator(node);
  if (chosen === undefined) return key === undefined ? [] : [key];
  return propertyNames(chosen);
}

/** The keys of an object that mean something to the studio. */
const propertyNames = (node: SchemaNode): string[] =>
  Object.keys(node.properties ?? {}).filter((key) => key !== '$schema');

/** What a schema allows, in words: `a whole number from 1 to 100000`. */
export function describeExpectation(node: SchemaNode): string {
  if (node.oneOf !== undefined) {
    return `an object whose ${discriminator(node) ?? 'kind'} is ${listOr(choices(alternatives(node)))}`;
  }
  if (node.anyOf !== undefined) {
    return listOr(
      alternatives(node).flatMap((choice) => choice.enum?.map(String) ?? describeExpectation(choice)),
    );
  }
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return listOr(node.enum.map(String));
  switch (node.type) {
    case 'integer':
      return `a whole number ${range(node)}`;
    case 'number':
      return `a number ${range(node)}`;
    case 'string':
      return `text${lengths(node.minLength, node.maxLength, 'character')}`;
    case 'boolean':
      return 'true or false';
    case 'array': {
      const items = asNode(node.items);
      const what =
        items === undefined || items.type === 'object' ? '' : `, each ${describeExpectation(items)}`;
      return `a list${lengths(node.minItems, node.maxItems, 'item')}${what}`;
    }
    default:
      return `an object with the keys ${listAnd(propertyNames(node))}`;
  }
}

function range(node: SchemaNode): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node;
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  const low = minimum === undefined ? `above ${exclusiveMinimum ?? '-infinity'}` : `from ${minimum}`;
  const high = maximum === undefined ? `below ${exclusiveMaximum ?? 'infinity'}` : `up to ${maximum}`;
  return `${low} and ${high}`;
}

function lengths(low: number | undefined, high: number | undefined, unit: string): string {
  if (low === undefined && high === undefined) return '';
  if (high === undefined) return ` of at least ${low ?? 0} ${unit}${low === 1 ? '' : 's'}`;
  return low === undefined ? ` of at most ${high} ${unit}s` : ` of ${low} to ${high} ${unit}s`;
}

import path from 'node:path';

/** What a desktop may hand to the program: the endings that are registered for it. */
const libraryFile = /[.](?:noisefloor|sqlite)$/i;

/**
 * The library that a start is about: what a file manager or a second start hands over.
 * @param args what stands after the program, and after the folder of its code where it is started from a checkout.
 * @param folder that relative paths are meant from.
 * @returns an absolute path, or null; options, and what is no library's file by its name, are passed over.
 */
export function libraryInArguments(args: readonly string[], folder: string): string | null {
  const named = args.findLast((arg) => !arg.startsWith('-') && libraryFile.test(arg));
  return named === undefined ? null : path.resolve(folder, named);
}

/** The value of an option such as `--library FILE` or `--library=FILE`, or null. */
export function optionInArguments(args: readonly string[], name: string): string | null {
  for (const [index, arg] of args.entries()) {
    if (arg === name) return args[index + 1] ?? null;
    if (arg.startsWith(`${name}=`)) return arg.slice(name.length + 1);
  }
  return null;
}

/** Where a text stops being JSON, and why. Offsets count UTF-16 code units from 0. */
export interface JsonFault {
  offset: number;
  reason: string;
}

/** Deeper than any study file; keeps a hostile text from exhausting the stack. */
const deepest = 64;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// A control character inside a string is exactly what this has to find.
// eslint-disable-next-line no-control-regex
const string = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const space = /[ \t\n\r]*/y;

/**
 * The first fault of a JSON text, duplicate keys included, or null. JSON.parse itself names a place for some faults
 * only and lets the last of several equal keys win without a word.
 */
export function findJsonFault(text: string): JsonFault | null {
  let at = 0;

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return null;
    at = pattern.lastIndex;
    return found[0];
  };
  const fault = (reason: string, offset = at): JsonFault => ({ offset, reason });
  const next = (): string | undefined => {
    match(space);
    return text[at];
  };
  const unexpected = (expected: string): JsonFault => {
    const found = text[at];
    return fault(`expected ${expected}, found ${found === undefined ? 'the end of the text' : `"${found}"`}`);
  };

  const value = (depth: number): JsonFault | null => {
    if (depth > deepest) return fault(`nested deeper than ${deepest} levels`);
    const first = next();
    if (first === '{') return members(depth);
    if (first === '[') return items(depth);
    if (first === '"')
      return match(string) === null ? fault('text that does not end, or has a bad escape') : null;
    for (const word of ['true', 'false', 'null']) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return null;
      }
    }
    return match(number) === null ? unexpected('a value') : null;
  };

  const members = (depth: number): JsonFault | null => {
    at++;
    const keys = new Set<string>();
    if (next() === '}') {
      at++;
      return null;
    }
    while (true) {
      next();
      const start = at;
      const key = match(string);
      if (key === null) return unexpected('a key in double quotes');
      if (keys.has(key)) return fault(`the key ${key} is there twice`, start);
      keys.add(key);
      if (next() !== ':') return unexpected('":"');
      at++;
      const inside = value(depth + 1);
      if (inside !== null) return inside;
      const after = next();
      if (after !== ',' && after !== '}') return unexpected('"," or "}"');
      at++;
      if (after === '}') return null;
    }
  };

  const items = (depth: number): JsonFault | null => {
    at++;
    if (next() === ']') {
      at++;
      return null;
    }
    while (true) {
      const inside = value(depth + 1);
      if (inside !== null) return inside;
      const after = next();
      if (after !== ',' && after !== ']') return unexpected('"," or "]"');
      at++;
      if (after === ']') return null;
    }
  };

  const found = value(0);
  if (found !== null) return found;
  return next() === undefined ? null : unexpected('the end of the text');
}

/** Line and column of an offset, both from 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

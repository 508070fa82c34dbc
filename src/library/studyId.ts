import { randomInt } from 'node:crypto';

/** Digits and letters that are not mistaken for one another (Crockford's base 32). */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const suffixLength = 5;

/**
 * A new id for a study: its name, made fit for a file, and five random characters (25 bits), so that studies of two
 * libraries can be told apart: `smallcnn-fashion-4k9qz`. The caller asks again in the rare case that it is taken.
 */
export function newStudyId(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const suffix = Array.from({ length: suffixLength }, () => alphabet.charAt(randomInt(alphabet.length)));
  return `${words === '' ? 'study' : words}-${suffix.join('')}`;
}

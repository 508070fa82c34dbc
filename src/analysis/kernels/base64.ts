const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Decodes base64 (RFC 4648, padded): neither Node's Buffer nor a browser's `atob` exists in every host. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128);
  for (let index = 0; index < alphabet.length; index++) values[alphabet.charCodeAt(index)] = index;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let position = 0;
  for (let start = 0; start < text.length; start += 4) {
    let bits = 0;
    for (let index = start; index < start + 4; index++) {
      bits = (bits << 6) | (values[text.charCodeAt(index)] ?? 0);
    }
    for (let shift = 16; shift >= 0 && position < bytes.length; shift -= 8) {
      bytes[position++] = bits >>> shift;
    }
  }
  return bytes;
}

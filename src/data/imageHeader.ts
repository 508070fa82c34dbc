/** What the first bytes of an image file say about it. */
export interface ImageHeader {
  height: number;
  width: number;
  /** 1 grey, 3 colour (palettes included), 2 and 4 with transparency or CMYK. */
  channels: number;
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Channels of PNG's colour types (PNG specification, 11.2.2); a palette's entries are RGB. */
const pngChannels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/**
 * Size and channels of a JPEG or PNG file, without decoding it.
 * @returns null where the bytes are neither, or end before they say.
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = pngSignature.every((byte, at) => bytes[at] === byte) ? pngHeader(view) : jpegHeader(view);
  return header === null || header.height === 0 || header.width === 0 ? null : header;
}

function pngHeader(view: DataView): ImageHeader | null {
  if (view.byteLength < 26) return null;
  const channels = pngChannels[view.getUint8(25)];
  return channels === undefined ? null : { width: view.getUint32(16), height: view.getUint32(20), channels };
}

/** Goes from marker to marker to the frame header (JPEG specification T.81, B.2.2). */
function jpegHeader(view: DataView): ImageHeader | null {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 < view.byteLength) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) return null;
    if (isFrame(marker)) {
      return {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        channels: view.getUint8(at + 9),
      };
    }
    // 0xff is a fill byte; the other segments say how long they are.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

/** SOF0 to SOF15, without the tables DHT, JPG and DAC that lie between them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

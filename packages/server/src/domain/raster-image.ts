/** What an image file is, by its own bytes. */
export type RasterImage = {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly ending: 'png' | 'jpg' | 'webp';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
};

const latin = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCodePoint(...bytes.subarray(from, to));

/**
 * The kind and size of a PNG, JPEG or WebP; undefined for anything else, vector graphics among it: those are documents that
 * may hold scripts.
 */
export function readRaster(bytes: Uint8Array): RasterImage | undefined {
  // No part of a header is further in than this, but for JPEG's, which is searched for.
  if (bytes.length < 30) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // https://www.w3.org/TR/png-3/#11IHDR
  if (latin(bytes, 0, 8) === '\u0089PNG\r\n\u001A\n' && latin(bytes, 12, 16) === 'IHDR')
    return { type: 'image/png', ending: 'png', width: view.getUint32(16), height: view.getUint32(20) };
  if (latin(bytes, 0, 4) === 'RIFF' && latin(bytes, 8, 12) === 'WEBP') {
    const size = webpSize(latin(bytes, 12, 16), bytes, view);
    return size && { type: 'image/webp', ending: 'webp', ...size };
  }
  if (view.getUint16(0) !== 0xff_d8) return undefined;
  const size = jpegSize(view);
  return size && { type: 'image/jpeg', ending: 'jpg', ...size };
}

type Size = Pick<RasterImage, 'width' | 'height'>;

/** https://developers.google.com/speed/webp/docs/riff_container */
function webpSize(chunk: string, bytes: Uint8Array, view: DataView): Size | undefined {
  const three = (at: number): number => view.getUint16(at, true) | ((bytes[at + 2] ?? 0) << 16);
  switch (chunk) {
    case 'VP8X':
      return { width: three(24) + 1, height: three(27) + 1 };
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3f_ff, height: view.getUint16(28, true) & 0x3f_ff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3f_ff) + 1, height: ((bits >>> 14) & 0x3f_ff) + 1 };
    }
    default:
      return undefined;
  }
}

/** From the first frame header (SOF, ITU T.81 B.2.2). */
function jpegSize(view: DataView): Size | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    const marker = view.getUint16(at);
    if (marker < 0xff_00) return undefined;
    const isFrame = marker >= 0xff_c0 && marker <= 0xff_cf && ![0xff_c4, 0xff_c8, 0xff_cc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // A length of less than its own two bytes would stand still.
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}

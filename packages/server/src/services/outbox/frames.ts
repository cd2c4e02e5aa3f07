/**
 * The journal's file format: frames, one for each group of rows that was written at once.
 *
 *     magic u32 | payload bytes u32 | CRC-32 of the payload u32 | number of rows u32 | payload: rows as lines of UTF-8
 *
 * All numbers little-endian. A frame is whole or it does not count: whoever waits for a row is told only after the
 * whole frame was handed to the operating system, so a torn last frame holds nothing that anyone was promised.
 */
const magic = 0x31_4f_47_54; // "TGO1"
const headerBytes = 16;

/** Builds frames in a buffer that is used again and again; a frame is valid until the next one is built. */
export function frameWriter(): (rows: readonly string[]) => Uint8Array {
  const encoder = new TextEncoder();
  let buffer = new Uint8Array(1 << 16);
  return (rows) => {
    const text = rows.join('\n');
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    if (buffer.byteLength < headerBytes + text.length * 3) buffer = new Uint8Array(headerBytes + text.length * 4);
    const { written } = encoder.encodeInto(text, buffer.subarray(headerBytes));
    const payload = buffer.subarray(headerBytes, headerBytes + written);
    const header = new DataView(buffer.buffer, 0, headerBytes);
    header.setUint32(0, magic, true);
    header.setUint32(4, written, true);
    header.setUint32(8, Bun.hash.crc32(payload), true);
    header.setUint32(12, rows.length, true);
    return buffer.subarray(0, headerBytes + written);
  };
}

/** What a journal file holds: its rows, and how it ends. `torn` is an unfinished last frame, `damaged` anything else that does not fit. */
export type FramesRead = { readonly rows: readonly string[]; readonly end: 'whole' | 'torn' | 'damaged' };

/** Reads all whole frames from the start of a file. */
export function readFrames(bytes: Uint8Array): FramesRead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const rows: string[] = [];
  let at = 0;
  while (at < bytes.byteLength) {
    if (at + headerBytes > bytes.byteLength) return { rows, end: 'torn' };
    if (view.getUint32(at, true) !== magic) return { rows, end: 'damaged' };
    const length = view.getUint32(at + 4, true);
    const end = at + headerBytes + length;
    if (end > bytes.byteLength) return { rows, end: 'torn' };
    const payload = bytes.subarray(at + headerBytes, end);
    if (Bun.hash.crc32(payload) !== view.getUint32(at + 8, true)) {
      return { rows, end: end === bytes.byteLength ? 'torn' : 'damaged' };
    }
    const lines = decoder.decode(payload).split('\n');
    if (lines.length !== view.getUint32(at + 12, true)) return { rows, end: 'damaged' };
    rows.push(...lines);
    at = end;
  }
  return { rows, end: 'whole' };
}

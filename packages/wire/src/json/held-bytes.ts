import { concatBytes } from '../text.ts';

/** Bytes that wait for the rest of their frame. */
export type HeldBytes = {
  add(bytes: Uint8Array): void;
  /** How many there are. */
  readonly length: number;
  /** All of them in one piece, and holds none any more. */
  release(): Uint8Array;
};

/** More pieces than these are put together: an array costs more than the few bytes that may be in it. */
const MAX_PIECES = 256;

/** Holds pieces as they come; memory and work are in proportion to the bytes, however small the pieces are. */
export function holdBytes(): HeldBytes {
  let pieces: Uint8Array[] = [];
  /** Pieces that were put together, each of many. */
  let blocks: Uint8Array[] = [];
  let length = 0;
  return {
    add(bytes) {
      pieces.push(bytes);
      length += bytes.length;
      if (pieces.length < MAX_PIECES) return;
      blocks.push(concatBytes(pieces));
      pieces = [];
    },
    get length() {
      return length;
    },
    release() {
      const all = concatBytes(blocks.length === 0 ? pieces : [...blocks, ...pieces]);
      pieces = [];
      blocks = [];
      length = 0;
      return all;
    },
  };
}

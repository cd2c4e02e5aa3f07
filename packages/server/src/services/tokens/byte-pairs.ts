import { piecesOf } from '@tollgate/wire/text';

/**
 * Counting tokens of byte-pair encodings (tiktoken's). Only counts are wanted, of text that strangers wrote, beside live
 * traffic: so the table lies flat in typed arrays (some MB for o200k, where the usual maps take 80 MB and more
 * than a second), and no piece of text takes more than a bounded time, whatever is in it.
 */

/** An encoding as js-tiktoken ships it: a pattern that cuts text into pieces, and the tokens in the order of their ranks. */
export type Encoding = {
  readonly pat_str: string;
  /** `! RANK TOKEN TOKEN …`, tokens in base64, ranks counted on from the first. */
  readonly bpe_ranks: string;
};

/**
 * Merging takes quadratic time, and a "word" may be as long as its writer likes. Longer ones are cut: no word of any
 * language is so long, and a cut costs at most a token or two.
 */
const MAX_PIECE_BYTES = 256;

const NONE = 0x7fffffff;

/** A token: its number, and the text it stands for (a part of a character is shown as U+FFFD). */
export type Token = { readonly id: number; readonly text: string };

export type BytePairs = {
  /** How many tokens a text has. */
  count(text: string): number;
  /** The tokens themselves. */
  encode(text: string): readonly Token[];
};

/** Counts the tokens of texts, and tells them. */
export function openBytePairs(encoding: Encoding): BytePairs {
  const table = readTable(encoding.bpe_ranks);
  const pieces = new RegExp(encoding.pat_str, 'gu');
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(1 << 16);
  // Where the parts of a piece begin, and the rank of each with its successor.
  const starts = new Int32Array(MAX_PIECE_BYTES + 2);
  const ranks = new Int32Array(MAX_PIECE_BYTES + 2);

  function countPiece(from: number, to: number): number {
    if (to - from === 1 || table.rank(bytes, from, to) !== NONE) return 1;
    let parts = to - from;
    for (let i = 0; i <= parts; i++) starts[i] = from + i;
    for (let i = 0; i + 1 < parts; i++) ranks[i] = table.rank(bytes, from + i, from + i + 2);
    for (;;) {
      let least = NONE;
      let at = -1;
      for (let i = 0; i + 1 < parts; i++) {
        const rank = ranks[i] ?? NONE;
        if (rank < least) {
          least = rank;
          at = i;
        }
      }
      if (at < 0) return parts;
      // Part `at` takes in its successor.
      starts.copyWithin(at + 1, at + 2, parts + 1);
      ranks.copyWithin(at + 1, at + 2, parts);
      parts--;
      if (at > 0) ranks[at - 1] = rankOfPair(at - 1, parts);
      ranks[at] = rankOfPair(at, parts);
    }
  }

  function rankOfPair(i: number, parts: number): number {
    return i + 1 < parts ? table.rank(bytes, starts[i] ?? 0, starts[i + 2] ?? 0) : NONE;
  }

  /** Puts the bytes of a text into the buffer, as much at a time as it takes; most are words, and fit. */
  function eachPart(text: string, take: (from: number, to: number) => void): void {
    const parts = text.length * 3 <= bytes.length ? [text] : piecesOf(text, bytes.length);
    for (const part of parts) {
      const { written } = encoder.encodeInto(part, bytes);
      for (let from = 0; from < written; from += MAX_PIECE_BYTES) take(from, Math.min(from + MAX_PIECE_BYTES, written));
    }
  }

  function countBytes(piece: string): number {
    let tokens = 0;
    eachPart(piece, (from, to) => {
      tokens += countPiece(from, to);
    });
    return tokens;
  }

  function encodePiece(from: number, to: number, tokens: Token[]): void {
    const parts = countPiece(from, to);
    // Of a piece that is a token, its parts were not looked for.
    if (parts === 1) starts[1] = to;
    starts[0] = from;
    for (let i = 0; i < parts; i++) {
      const [start, end] = [starts[i] ?? 0, starts[i + 1] ?? 0];
      tokens.push({ id: table.rank(bytes, start, end), text: decoder.decode(bytes.subarray(start, end)) });
    }
  }

  return {
    count(text) {
      let tokens = 0;
      for (const [piece] of text.matchAll(pieces)) tokens += countBytes(piece);
      return tokens;
    },
    encode(text) {
      const tokens: Token[] = [];
      for (const [piece] of text.matchAll(pieces)) eachPart(piece, (from, to) => encodePiece(from, to, tokens));
      return tokens;
    },
  };
}

const decoder = new TextDecoder();

type Table = {
  /** The rank of some bytes; {@link NONE} when they are no token. */
  rank(bytes: Uint8Array, from: number, to: number): number;
};

const SPACE = 0x20;
const NEWLINE = 0x0a;
const MARK = 0x21;
const DIGIT = 0x30;
const EQUALS = 0x3d;

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const sextets = new Uint8Array(128);
for (let value = 0; value < base64.length; value++) sextets[base64.charCodeAt(value)] = value;

/**
 * All tokens one behind another, found by their hash (open addressing, at most half full). Read letter by letter, because
 * 200 000 strings of their own would take ten times as long and stay in the heap for a while.
 */
function readTable(text: string): Table {
  const all = new Uint8Array(Math.ceil((text.length * 3) / 4));
  const offsets = new Int32Array(text.length / 3);
  const rankOf = new Int32Array(text.length / 3);
  let size = 0;
  let tokens = 0;
  let rank = 0;
  for (let i = 0; i < text.length; i++) {
    const first = text.charCodeAt(i);
    if (first === SPACE || first === NEWLINE) continue;
    if (first === MARK) {
      rank = 0;
      for (i += 2; text.charCodeAt(i) > SPACE; i++) rank = rank * 10 + text.charCodeAt(i) - DIGIT;
      continue;
    }
    offsets[tokens] = size;
    let bits = 0;
    let held = 0;
    for (let letter = first; letter > SPACE; letter = text.charCodeAt(++i)) {
      if (letter === EQUALS) continue;
      held = ((held << 6) | (sextets[letter] ?? 0)) & 0xffff;
      bits += 6;
      if (bits < 8) continue;
      bits -= 8;
      all[size++] = held >> bits;
    }
    rankOf[tokens++] = rank++;
  }
  offsets[tokens] = size;
  const bytes = all.slice(0, size);
  const mask = 2 ** Math.ceil(Math.log2(tokens * 2)) - 1;
  const slots = new Int32Array(mask + 1);
  for (let i = 0; i < tokens; i++) {
    let slot = hashOf(bytes, offsets[i] ?? 0, offsets[i + 1] ?? 0) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = i + 1;
  }

  return {
    rank(piece, from, to) {
      const length = to - from;
      let slot = hashOf(piece, from, to) & mask;
      for (;;) {
        const token = (slots[slot] ?? 0) - 1;
        if (token < 0) return NONE;
        const start = offsets[token] ?? 0;
        if ((offsets[token + 1] ?? 0) - start === length && same(bytes, start, piece, from, length))
          return rankOf[token] ?? NONE;
        slot = (slot + 1) & mask;
      }
    },
  };
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

function same(a: Uint8Array, at: number, b: Uint8Array, from: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[at + i] !== b[from + i]) return false;
  return true;
}

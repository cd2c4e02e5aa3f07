import { decodeStrict, utf8Length } from '../text.ts';

/** Counts the tokens of a text as a model's vendor does. */
export type CountTokens = (text: string) => number;

/**
 * Measures the text of an answer as it comes, in constant memory, for an answer whose provider does not tell (or had not
 * told when it broke off) what it used. With a tokenizer the first 16 KB are counted when somebody asks, and what is
 * beyond is taken to be of the same kind; without one, tokens are estimated from bytes: 4 of ASCII to a token, or 3 of
 * anything else, which is what English prose and CJK come to on the tokenizers that are public.
 */
export type OutputMeter = {
  text(text: string): void;
  /** Text as it stands in JSON between its quotes, in UTF-8. */
  escaped(bytes: Uint8Array, start: number, end: number): void;
  /**
   * The provider has told what was used so far: so many tokens of output, if it is known. One that tells no more output
   * than before (Gemini's first pieces tell the input alone) has not told of what came since.
   */
  reported(outputTokens?: number): void;
  /** Tokens of all of it. */
  readonly tokens: number;
  /** Tokens of what came since the last report. */
  readonly unreported: number;
};

/** Enough for most answers whole, and little enough for ten thousand streams at once. */
const SAMPLE = 16 << 10;

/** Likely tokens of text with so many ASCII bytes and so many other bytes of UTF-8. */
export const estimateTokens = (ascii: number, wide: number): number => ascii / 4 + wide / 3;

/** A meter that has seen nothing. */
export function openOutputMeter(count?: CountTokens): OutputMeter {
  let ascii = 0;
  let wide = 0;
  let reportedTokens = 0;
  let reportedAscii = 0;
  let reportedWide = 0;
  let sample = '';
  let sampleBytes = noBytes;
  let sampled = 0;
  let full = count === undefined;
  /** What the sample comes to by estimate, to say what the rest comes to by count. */
  let sampleEstimate = 0;

  function add(plain: number, other: number, taken: boolean): void {
    ascii += plain;
    wide += other;
    if (taken) sampleEstimate = estimateTokens(ascii, wide);
  }

  /** Makes room for a piece in the sample; all of it or nothing, so that no character is cut. */
  function makeRoom(length: number): boolean {
    if (sampled + length > SAMPLE) {
      full = true;
      return false;
    }
    if (sampled + length > sampleBytes.length) {
      const larger = new Uint8Array(Math.min(SAMPLE, Math.max(1024, 2 * (sampled + length))));
      larger.set(sampleBytes.subarray(0, sampled));
      sampleBytes = larger;
    }
    return true;
  }

  function all(): number {
    const estimated = estimateTokens(ascii, wide);
    if (!count || sampleEstimate === 0) return estimated;
    const text = sampleBytes === noBytes ? sample : unescaped(sampleBytes.subarray(0, sampled));
    if (text === undefined) return estimated;
    const counted = count(text);
    return counted + (estimated - sampleEstimate) * (counted / sampleEstimate);
  }

  return {
    text(text) {
      if (text === '') return;
      const bytes = utf8Length(text);
      // A character outside ASCII is mostly three bytes for one UTF-16 unit.
      const plain = Math.max(0, text.length - (bytes - text.length) / 2);
      const taken = !full;
      if (taken) {
        sample += text;
        sampled += bytes;
        full = sampled >= SAMPLE;
      }
      add(plain, bytes - plain, taken);
    },
    escaped(bytes, start, end) {
      let other = 0;
      const taken = !full && makeRoom(end - start);
      if (taken) {
        // Pieces are a few bytes long: a view of each would cost more than it does to copy them one by one.
        for (let i = start; i < end; i++) {
          const byte = bytes[i] ?? 0;
          if (byte > 0x7f) other++;
          sampleBytes[sampled++] = byte;
        }
      } else for (let i = start; i < end; i++) if ((bytes[i] ?? 0) > 0x7f) other++;
      add(end - start - other, other, taken);
    },
    reported(outputTokens) {
      if (outputTokens !== undefined && outputTokens <= reportedTokens) return;
      reportedTokens = outputTokens ?? reportedTokens;
      reportedAscii = ascii;
      reportedWide = wide;
    },
    get tokens() {
      return Math.ceil(all());
    },
    get unreported() {
      const estimated = estimateTokens(ascii, wide);
      const fresh = estimateTokens(ascii - reportedAscii, wide - reportedWide);
      return fresh === 0 ? 0 : Math.ceil((all() * fresh) / estimated);
    },
  };
}

const noBytes = new Uint8Array();

/** The text of what stands in JSON between quotes; undefined when it is none. */
function unescaped(bytes: Uint8Array): string | undefined {
  const text = decodeStrict(bytes);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return undefined;
  }
}

import type { Asked } from './asked.ts';
import type { JsonObject } from './demand.ts';
import type { Turn } from './play.ts';
import type { SignatureCache } from './signatures.ts';

/** One call as it came in. */
export type Incoming = { readonly body: JsonObject; readonly url: URL; readonly headers: Headers };

/** A vendor's protocol, as faithfully as a test needs it: strict in what it takes, complete in what it answers. */
export type Script = {
  /** Throws a `Complaint` where the vendor would answer 400. */
  read(call: Incoming, signatures: SignatureCache): Asked;
  /** A whole answer. */
  whole(turn: Turn, asked: Asked, signatures: SignatureCache): JsonObject;
  /** The same as the vendor's complete sequence of server-sent events. */
  frames(turn: Turn, asked: Asked, signatures: SignatureCache): readonly string[];
  error(status: number, message: string): JsonObject;
  /** An error within a stream. */
  errorFrame(message: string): string;
};

/** An event as lines of a stream. */
export const sse = (data: JsonObject, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;

/** A text in pieces, as vendors stream it. */
export const pieces = (text: string, size: number): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));

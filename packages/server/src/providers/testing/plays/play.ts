import type { JsonObject } from '@tollgate/wire/protocol';

/** A frame of a stream: the data of an event, and its name where the protocol has such. */
export type PlayFrame = { readonly event?: string; readonly data: JsonObject | string };

/**
 * What a vendor of a protocol answers, in the vendor's own words: "Hello" whole and streamed, a call of `get_weather`, and
 * the refusal of who asks too often. Ten tokens go in and five come out.
 */
export type Play = {
  readonly text: JsonObject;
  readonly stream: readonly PlayFrame[];
  readonly tools: JsonObject;
  /** The same call streamed, of vendors that only stream. */
  readonly toolStream?: readonly PlayFrame[];
  readonly refusal: { readonly status: number; readonly body: JsonObject };
  /** Why it takes no tools of its clients. */
  readonly noTools?: string;
  /** How frames are written; default: server-sent events. */
  readonly write?: (frame: PlayFrame) => Uint8Array | string;
  readonly streamType?: string;
};

/** A conversation that a client of a protocol begins, and where. */
export type Opening = { readonly path: string; readonly body: JsonObject };
export type Open = (model: string, stream: boolean, tools: boolean) => Opening;

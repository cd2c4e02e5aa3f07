import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { isList, isObject } from '@tollgate/wire/json/fields';

/** A conversation as far as an answer: everything that a request which goes on with it must bring. */
export type KnownConversation = {
  readonly items: readonly Json[];
  /** The provider was told not to keep the answer, or never heard of it: only this connection knows it. */
  readonly hereOnly: boolean;
  /** About what it takes in memory. */
  readonly bytes: number;
};

/**
 * What one connection remembers: of each stream its last answer, as OpenAI does. What does not fit is not kept, and who names it
 * is told to send the whole conversation.
 */
export type History = {
  find(responseId: string): KnownConversation | undefined;
  keep(streamId: string, responseId: string, kept: KnownConversation): void;
  forget(responseId: string): void;
  /** Bytes of all. */
  readonly bytes: number;
};

export function openHistory(maxBytes: number, changed: (byBytes: number) => void): History {
  const kept = new Map<string, KnownConversation>();
  const lastOf = new Map<string, string>();
  let bytes = 0;
  const count = (by: number): void => {
    bytes += by;
    changed(by);
  };
  const forget = (id: string): void => {
    const old = kept.get(id);
    if (!old) return;
    kept.delete(id);
    count(-old.bytes);
  };
  return {
    find: (id) => kept.get(id),
    keep(streamId, id, what) {
      const before = lastOf.get(streamId);
      if (before !== undefined) forget(before);
      if (bytes + what.bytes > maxBytes) return;
      forget(id);
      kept.set(id, what);
      lastOf.set(streamId, id);
      count(what.bytes);
    },
    forget,
    get bytes() {
      return bytes;
    },
  };
}

/** The input of a request as items: a text is a message of the user's. */
export function inputItems(input: Json | undefined): readonly Json[] {
  if (isList(input)) return input;
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : [];
}

/**
 * What of an answer's items can be sent back to a provider that has not kept it: all but thoughts of which it gave only the
 * id.
 */
export const withoutHollowThoughts = (output: readonly JsonObject[]): readonly JsonObject[] =>
  output.filter((item) => item['type'] !== 'reasoning' || typeof item['encrypted_content'] === 'string');

/** What is read of an answer beside its events. */
export type AnswerReader = {
  see(event: string | undefined, data: string): void;
  /** As the first event had it. */
  readonly response: JsonObject | undefined;
  readonly responseId: string | undefined;
  readonly output: readonly JsonObject[];
  readonly outputBytes: number;
  /** It came to its end: whole, or as far as it was to go. */
  readonly ended: boolean;
};

/** Reads the few events that say what an answer is. Its items are collected: some upstreams leave them out of the last event. */
export function readAnswer(): AnswerReader {
  const items = new Map<number, JsonObject>();
  let whole: readonly JsonObject[] = [];
  let response: JsonObject | undefined;
  let outputBytes = 0;
  let ended = false;
  return {
    see(event, data) {
      if (event === 'response.created') response = responseIn(data) ?? response;
      if (event === 'response.output_item.done') {
        const json = objectIn(data);
        const item = json?.['item'];
        if (isObject(item)) items.set(Number(json?.['output_index'] ?? items.size), item);
        outputBytes += data.length;
      }
      if (event === 'response.completed' || event === 'response.incomplete') {
        ended = true;
        response = responseIn(data) ?? response;
        const output = response?.['output'];
        if (isList(output)) whole = output.filter(isObject);
        if (items.size === 0) outputBytes += data.length;
      }
    },
    get response() {
      return response;
    },
    get responseId() {
      const id = response?.['id'];
      return typeof id === 'string' ? id : undefined;
    },
    get output() {
      return whole.length > 0 ? whole : [...items].toSorted(([a], [b]) => a - b).map(([, item]) => item);
    },
    get outputBytes() {
      return outputBytes;
    },
    get ended() {
      return ended;
    },
  };
}

function objectIn(data: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(data);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function responseIn(data: string): JsonObject | undefined {
  const response = objectIn(data)?.['response'];
  return isObject(response) ? response : undefined;
}

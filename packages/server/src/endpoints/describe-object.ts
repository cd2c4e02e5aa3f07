import { at, numberAt, objectAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { StoredObject } from '../domain/stored-object.ts';
import { batchWordsOf, type BatchCounts, type BatchEnd } from './files/batch-words.ts';

/** What a vendor's words come to, for people. */
export type ObjectDescription = {
  /** As its maker calls it; undefined where that gave it no name. */
  readonly name: string | undefined;
  /** What it is for, as its vendor has it: `batch`, `/v1/chat/completions`. */
  readonly purpose: string | undefined;
  /** As its maker called it, or as it is called upstream where that is all that is known. */
  readonly model: string | undefined;
  readonly state: 'working' | 'completed' | 'kept' | BatchEnd;
  /** Of a batch, where its vendor has told. */
  readonly counts: BatchCounts | undefined;
  readonly bytes: number | undefined;
  /** ms since the epoch; undefined where it is kept until it is deleted, as far as is known. */
  readonly expiresAt: number | undefined;
};

/** Reads what its vendor last told of something, in whatever words. */
export function describeObject(object: StoredObject): ObjectDescription {
  const { kind, told, protocol, requests, lines } = object;
  const words = kind === 'batch' ? batchWordsOf(protocol) : undefined;
  return {
    name: nameIn(object),
    purpose: textAt(told, 'purpose') ?? textAt(told, 'endpoint') ?? (kind === 'file' ? typeIn(told) : undefined),
    model: requests?.model ?? lines?.model ?? modelIn(told) ?? modelIn(objectAt(told, 'metadata') ?? {}),
    state: words
      ? (words.endOf(told) ?? (object.finishedAt === undefined ? 'working' : 'completed'))
      : told['status'] === 'expired'
        ? 'expired'
        : 'kept',
    counts: words?.countsOf(told),
    bytes: bytesIn(told),
    expiresAt: object.expiresAt ?? (kind === 'batch' ? undefined : momentIn(told)),
  };
}

/** Names that people give; what a vendor calls it by itself is none. */
function nameIn({ told, vendorId }: StoredObject): string | undefined {
  const given = ['filename', 'displayName', 'display_title', 'title', 'name', 'description'] as const;
  for (const from of [told, objectAt(told, 'metadata') ?? {}])
    for (const key of given) {
      const text = textAt(from, key)?.trim();
      if (text !== undefined && text !== '' && text !== vendorId && !text.endsWith(`/${vendorId}`))
        return text.slice(0, 200);
    }
  return undefined;
}

const typeIn = (told: JsonObject): string | undefined => textAt(told, 'mimeType') ?? textAt(told, 'mime_type');

const modelIn = (told: JsonObject): string | undefined => textAt(told, 'model')?.replace(/^models\//, '');

function bytesIn(told: JsonObject): number | undefined {
  for (const key of ['bytes', 'size_bytes', 'sizeBytes', 'usage_bytes'] as const) {
    const bytes = Number(at(told, key) ?? Number.NaN);
    if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  }
  return undefined;
}

/** Until when it is kept, told in seconds. https://platform.openai.com/docs/api-reference/files/object */
function momentIn(told: JsonObject): number | undefined {
  const seconds = numberAt(told, 'expires_at');
  return seconds === undefined || seconds <= 0 || seconds > 8.64e12 ? undefined : Math.round(seconds * 1000);
}

import type { KeyCache, KeyRecord, KeyRefusal } from '../../domain/snapshot.ts';
import { createGenerations } from '../generations.ts';
import { hashSecret, isSecretText } from './secret-text.ts';

export type KeyCacheDeps = {
  /** The key with this hash (SHA-256, hex); undefined when there is none. Throws when the database cannot say. */
  readonly load: (hash: string) => Promise<KeyRecord | undefined>;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Tells that something changed; `topic` is `key`, `user`, `team`, `role` or `*` for all (others are ignored), `ref` its id. */
  readonly onChange: (listen: (topic: string, ref: string) => void) => void;
  /** Known keys kept, twice over at most. */
  readonly capacity?: number;
  /** Hashes known to be no key's, kept twice over at most. */
  readonly unknownCapacity?: number;
};

/** How long a key that does not exist is remembered as such. */
const unknownLifeMs = 10_000;
/** A known key is read again in the background after this long, should the change feed ever miss one. */
const refreshMs = 60_000;

const unknown: KeyRefusal = Object.freeze({ refused: 'unknown' });
const unavailable: KeyRefusal = Object.freeze({ refused: 'unavailable' });

/** `seen` counts the changes there had been when the record was read. */
type Entry = { readonly record: KeyRecord; readonly seen: number; readAt: number };

/** Whether a change may be one of this key. Few people have a role of the operator's own, and those seldom change. */
const concerns = {
  key: (ref: string, { id }: KeyRecord) => id === ref,
  user: (ref: string, { user }: KeyRecord) => user.id === ref,
  team: (ref: string, { teamId }: KeyRecord) => teamId === ref,
  role: (_ref: string, { user }: KeyRecord) => user.reaches !== undefined,
};
const isConcern = (topic: string): topic is keyof typeof concerns => Object.hasOwn(concerns, topic);

/**
 * Keys by their hash, in memory. A cached key is found without a promise; a typo is refused by its checksum, without a
 * look anywhere; of many requests with one uncached key, one asks the database. While the database is down, known keys
 * go on being found and others are `unavailable`, never `unknown`. The text of a key is not kept.
 */
export function createKeyCache(deps: KeyCacheDeps): KeyCache {
  const known = createGenerations<Entry>(deps.capacity ?? 50_000);
  const missing = createGenerations<number>(deps.unknownCapacity ?? 50_000);
  const loading = new Map<string, Promise<KeyRecord | KeyRefusal>>();
  // Counts changes: what was read before one must not be kept after it.
  let changes = 0;

  deps.onChange((topic, ref) => {
    if (topic !== '*' && !isConcern(topic)) return;
    changes += 1;
    const change = changes;
    if (topic === '*') known.clear();
    else known.deleteWhere(({ record, seen }) => seen < change && concerns[topic](ref, record));
    if (topic === 'key' || topic === '*') missing.clear();
  });

  const read = async (hash: string): Promise<KeyRecord | KeyRefusal> => {
    for (;;) {
      const before = changes;
      let record: KeyRecord | undefined;
      try {
        record = await deps.load(hash);
      } catch {
        return unavailable;
      }
      if (changes !== before) continue;
      if (record === undefined) {
        known.delete(hash);
        missing.set(hash, deps.now() + unknownLifeMs);
        return unknown;
      }
      known.set(hash, { record, seen: changes, readAt: deps.now() });
      return record;
    }
  };

  const load = (hash: string): Promise<KeyRecord | KeyRefusal> => {
    let promise = loading.get(hash);
    if (promise === undefined) {
      promise = read(hash).finally(() => loading.delete(hash));
      loading.set(hash, promise);
    }
    return promise;
  };

  const findHashed: KeyCache['findHashed'] = (hash) => {
    const entry = known.get(hash);
    const now = deps.now();
    if (entry !== undefined) {
      if (now - entry.readAt > refreshMs) {
        // Set before the answer is there, so that one request in a minute asks, also while the database is down.
        entry.readAt = now;
        void load(hash);
      }
      return entry.record;
    }
    const until = missing.get(hash);
    if (until !== undefined && until > now) return unknown;
    return load(hash);
  };

  return {
    find: (text) => (isSecretText('sk-', text) ? findHashed(hashSecret(text)) : unknown),
    findHashed,
  };
}

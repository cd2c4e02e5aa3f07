import type { JsonObject } from '@tollgate/wire/protocol';
import type { KeyRefusal } from '../domain/snapshot.ts';
import type { Database } from '../store/database.ts';
import { keptValueRepository } from '../store/kept-values.ts';
import { hashSecret, isSecretText, newSecretText } from './accounts/secret-text.ts';

/** What a client secret stands for. */
export type ClientSecret = {
  /** Of the text of the key that made it: the secret is good for nothing once that text is (SHA-256, hex). */
  readonly keyHash: string;
  /** The one model whose sessions it opens; absent: any that its key may use. */
  readonly model?: string;
  /** How they are set up, as the protocol has it. */
  readonly session: JsonObject;
  /** How many sessions it opens; absent: as many as one likes. */
  readonly uses?: number;
  /** When the sessions that it opened end (ms since the epoch); absent: as others do. */
  readonly endsAt?: number;
};

/** What stands before a secret in its protocol, and until when it opens sessions (ms since the epoch). */
export type ClientSecretTerms = { readonly prefix: string; readonly expiresAt: number };

/** Short-lived secrets that stand in for a key where sessions are opened, so that a key need not be given to a browser. */
export type ClientSecrets = {
  /** Makes one. Its text is kept by nobody here. */
  create(secret: ClientSecret, terms: ClientSecretTerms): Promise<string>;
  /** Has a text stand for something else from here on, until another moment. It was given to {@link ClientSecrets.use}. */
  change(text: string, secret: ClientSecret, expiresAt: number): Promise<void>;
  /** What a text stands for that begins so; one of its uses is gone then. */
  use(text: string, prefix: string): Promise<ClientSecret | KeyRefusal>;
  /** One of as many places as an owner has at once, until a moment (ms since the epoch); undefined when none is free. */
  takePlace(owner: string, most: number, expiresAt: number): Promise<string | undefined>;
  /** Has it until another moment. */
  keepPlace(place: string, expiresAt: number): Promise<void>;
  /** Gives a place back. */
  leavePlace(place: string): Promise<void>;
};

export type ClientSecretsOptions = {
  readonly database: Database;
  readonly now: () => number;
  /** Gives up waiting for a database that hangs. */
  readonly promptly: <T>(work: Promise<T>) => Promise<T>;
  readonly secretBox: { seal(plain: string, context: string): string; open(sealed: string, context: string): string };
};

const context = 'client-secret';

const idOf = (text: string): string => hashSecret(`${context}\0${text}`);

/** Each use is a row of its own, so that two who come at once cannot take the same. */
const idOfUse = (text: string, use: number): string => idOf(`${text}\0${use}`);

/** Whether a text is of this kind, issued or not. */
export const isClientSecret = (text: string, prefix: string): boolean => text.startsWith(`${prefix}ek_`);

/** Kept by the hash of their texts, sealed, until they expire. */
export function openClientSecrets({ database, now, promptly, secretBox }: ClientSecretsOptions): ClientSecrets {
  return {
    async create(secret, { prefix, expiresAt }) {
      const text = prefix + newSecretText('ek_', (bytes) => void crypto.getRandomValues(bytes));
      const value = secretBox.seal(JSON.stringify(secret), context);
      const uses = Array.from({ length: secret.uses ?? 0 }, (_, use) => ({
        id: idOfUse(text, use),
        value: '',
        expiresAt,
      }));
      await promptly(keptValueRepository.put(database, [{ id: idOf(text), value, expiresAt }, ...uses]));
      return text;
    },
    async change(text, secret, expiresAt) {
      const value = secretBox.seal(JSON.stringify(secret), context);
      await promptly(keptValueRepository.put(database, [{ id: idOf(text), value, expiresAt }]));
    },
    takePlace: (owner, most, expiresAt) => promptly(takePlace(database, owner, { most, expiresAt, now: now() })),
    keepPlace: (id, expiresAt) => promptly(keptValueRepository.put(database, [{ id, value: '', expiresAt }])),
    leavePlace: (place) => promptly(keptValueRepository.remove(database, [place])),
    async use(text, prefix) {
      if (!text.startsWith(prefix) || !isSecretText('ek_', text.slice(prefix.length))) return { refused: 'unknown' };
      const id = idOf(text);
      try {
        const found = (await promptly(keptValueRepository.find(database, [id], now()))).get(id);
        if (!found) return { refused: 'unknown' };
        const secret = JSON.parse(secretBox.open(found.value, context)) as ClientSecret;
        const { uses } = secret;
        return uses === undefined || (await promptly(takeUse(database, text, uses, now())))
          ? secret
          : { refused: 'unknown' };
      } catch {
        return { refused: 'unavailable' };
      }
    },
  };
}

/** Takes the first place that is free, and the next one when another was faster. */
async function takePlace(
  database: Database,
  owner: string,
  { most, expiresAt, now }: { readonly most: number; readonly expiresAt: number; readonly now: number },
): Promise<string | undefined> {
  const ids = Array.from({ length: most }, (_, index) => hashSecret(`place\0${owner}\0${index}`));
  const taken = await keptValueRepository.find(database, ids, now);
  for (const id of ids)
    if (!taken.has(id) && (await keptValueRepository.add(database, { id, value: crypto.randomUUID(), expiresAt }, now)))
      return id;
  return undefined;
}

/** Takes one of the uses that are left; false when there is none. */
async function takeUse(database: Database, text: string, uses: number, now: number): Promise<boolean> {
  const ids = Array.from({ length: uses }, (_, use) => idOfUse(text, use));
  for (const id of (await keptValueRepository.find(database, ids, now)).keys())
    if (await keptValueRepository.take(database, id)) return true;
  return false;
}

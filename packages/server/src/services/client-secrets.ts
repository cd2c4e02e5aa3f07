import type { JsonObject } from '@tollgate/wire/protocol';
import type { KeyRefusal } from '../domain/snapshot.ts';
import type { Database } from '../store/database.ts';
import { keptValueRepository } from '../store/kept-values.ts';
import { hashSecret, isSecretText, newSecretText } from './accounts/secret-text.ts';

/** What a client secret stands for. */
export type ClientSecret = {
  /** Of the text of the key that made it: the secret is good for nothing once that text is (SHA-256, hex). */
  readonly keyHash: string;
  /** The one model whose sessions it opens. */
  readonly model: string;
  /** How they are set up before their client says anything. */
  readonly session: JsonObject;
};

/** Short-lived secrets that stand in for a key where sessions are opened, so that a key need not be given to a browser. */
export type ClientSecrets = {
  /** Makes one that opens sessions until `expiresAt` (ms since the epoch). Its text is kept by nobody here. */
  create(secret: ClientSecret, expiresAt: number): Promise<string>;
  find(text: string): Promise<ClientSecret | KeyRefusal>;
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

/** Whether a text is of this kind, issued or not. */
export const isClientSecret = (text: string): boolean => text.startsWith('ek_');

/** Kept by the hash of their texts, sealed, until they expire. */
export function openClientSecrets({ database, now, promptly, secretBox }: ClientSecretsOptions): ClientSecrets {
  return {
    async create(secret, expiresAt) {
      const text = newSecretText('ek_', (bytes) => void crypto.getRandomValues(bytes));
      const value = secretBox.seal(JSON.stringify(secret), context);
      await promptly(keptValueRepository.put(database, [{ id: idOf(text), value, expiresAt }]));
      return text;
    },
    async find(text) {
      if (!isSecretText('ek_', text)) return { refused: 'unknown' };
      const id = idOf(text);
      try {
        const found = (await promptly(keptValueRepository.find(database, [id], now()))).get(id);
        return found ? (JSON.parse(secretBox.open(found.value, context)) as ClientSecret) : { refused: 'unknown' };
      } catch {
        return { refused: 'unavailable' };
      }
    },
  };
}

import { randomBytes } from 'node:crypto';
import type { WrappedDataKey } from '../../domain/configuration.ts';
import { dataKeyRepository } from '../../store/configuration/data-keys.ts';
import { isUniqueViolation } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import { deriveKey, keyIdOf, openText, SecretBoxError, sealText } from './envelope.ts';
import { adoptNextKeyFile, createKeyFile, findMasterSecret } from './master-secret.ts';
import type { MasterSecret } from './master-secret.ts';

/**
 * Seals texts for the database: under a data key, which is itself kept under the master secret. Sealing and opening
 * happen in memory and are synchronous.
 */
export type SecretBox = {
  /** `context` says what the text belongs to (`credential:<id>`); it opens there only. */
  seal(plain: string, context: string): string;
  /** Throws a {@link SecretBoxError}; its message names no secret. */
  open(sealed: string, context: string): string;
  /** False when the data key was made by another process since the last {@link SecretBox.reload}. */
  knows(sealed: string): boolean;
  /** Takes up data keys that other processes made; the newest seals from then on. */
  reload(): Promise<void>;
  /** Encrypts a new data key for the table. */
  wrap(id: string, key: Uint8Array): string;
  /** 32 bytes for another purpose (session signing), fixed for one master secret. */
  derive(purpose: string): Buffer;
};

export type SecretBoxOptions = {
  readonly database: Database;
  /** TOLLGATE_SECRET; without it the key file in `dataDir` is used, and made when nothing has been sealed yet. */
  readonly secret: string | undefined;
  readonly dataDir: string;
  readonly now: () => number;
};

/** The first data key has a known id, so that two processes that start at once cannot both make one. */
const firstKeyId = 'dk_first';

const misfit =
  'the master secret does not fit this database: its credentials were sealed with another one. ' +
  'Set TOLLGATE_SECRET to the secret it was first run with, or put that installation’s master.key into TOLLGATE_DATA';

/** Opens the secret box. Throws a {@link SecretBoxError} that says what to do when the master secret is missing or wrong. */
export async function openSecretBox(options: SecretBoxOptions): Promise<SecretBox> {
  const { database, dataDir } = options;
  let rows = await dataKeyRepository.all(database.db);
  let master = await findMasterSecret(options.secret, dataDir);
  if (master === undefined) {
    if (rows.length > 0)
      throw new SecretBoxError(
        `no master secret: there is neither TOLLGATE_SECRET nor a master.key in ${dataDir}, but ${misfit}`,
      );
    master = await createKeyFile(dataDir);
  }
  if (rows.length === 0) {
    await insertFirstKey(database, master, options.now());
    rows = await dataKeyRepository.all(database.db);
  }
  let secret = await chooseSecret(master, rows, dataDir);
  const ring = new Map<string, Buffer>();
  let active = '';
  const take = (keys: readonly WrappedDataKey[]): void => {
    for (const key of keys) if (!ring.has(key.id)) ring.set(key.id, unwrap(secret, key));
    const newest = keys.findLast((key) => key.retiredAt === undefined) ?? keys.at(-1);
    if (newest !== undefined) active = newest.id;
  };
  take(rows);
  const keyOf = (id: string): Buffer => {
    const key = ring.get(id);
    if (key === undefined) throw new SecretBoxError('sealed with a data key that this database does not have');
    return key;
  };
  return {
    seal: (plain, context) => sealText(keyOf(active), active, context, plain),
    open: (sealed, context) => openText(keyOf(keyIdOf(sealed)), context, sealed),
    knows: (sealed) => ring.has(keyIdOf(sealed)),
    reload: async () => {
      const keys = await dataKeyRepository.all(database.db);
      if (keys.some((key) => !ring.has(key.id) && !fits(secret, key))) {
        // The master secret was rotated while this process ran; a key file can be read again, the environment cannot.
        const found = await findMasterSecret(options.secret, dataDir);
        if (found === undefined) throw new SecretBoxError(misfit);
        secret = await chooseSecret(found, keys, dataDir);
      }
      take(keys);
    },
    wrap: (id, key) =>
      sealText(deriveKey(secret, wrapPurpose), masterKeyId, wrapContext(id), Buffer.from(key).toString('base64')),
    derive: (purpose) => deriveKey(secret, `derived/${purpose}`),
  };
}

const wrapPurpose = 'wrap';
const masterKeyId = 'master';
const wrapContext = (id: string): string => `data-key:${id}`;

async function insertFirstKey(database: Database, master: MasterSecret, now: number): Promise<void> {
  const [secret] = master.candidates;
  if (secret === undefined) throw new SecretBoxError(misfit);
  try {
    await dataKeyRepository.insert(database.db, {
      ...wrapDataKey(secret, firstKeyId, newDataKey()),
      createdAt: now,
      retiredAt: undefined,
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
}

export const newDataKey = (): Buffer => randomBytes(32);

/** A data key as the table keeps it. */
export function wrapDataKey(secret: string, id: string, key: Uint8Array): Pick<WrappedDataKey, 'id' | 'wrapped'> {
  return {
    id,
    wrapped: sealText(
      deriveKey(secret, wrapPurpose),
      masterKeyId,
      wrapContext(id),
      Buffer.from(key).toString('base64'),
    ),
  };
}

/** The data key itself; throws a {@link SecretBoxError} when the master secret is not the one it was wrapped with. */
export function unwrap(secret: string, key: WrappedDataKey): Buffer {
  try {
    return Buffer.from(openText(deriveKey(secret, wrapPurpose), wrapContext(key.id), key.wrapped), 'base64');
  } catch {
    throw new SecretBoxError(misfit);
  }
}

/** Whether the key is wrapped with this master secret. */
export function fits(secret: string, key: WrappedDataKey): boolean {
  try {
    unwrap(secret, key);
    return true;
  } catch {
    return false;
  }
}

/** The candidate that opens every data key. One that came from a rotation's file is made the key file. */
async function chooseSecret(master: MasterSecret, rows: readonly WrappedDataKey[], dataDir: string): Promise<string> {
  const secret = master.candidates.find((candidate) => rows.every((row) => fits(candidate, row)));
  if (secret === undefined) throw new SecretBoxError(misfit);
  if (master.source === 'file' && master.candidates.indexOf(secret) === 1) await adoptNextKeyFile(dataDir);
  return secret;
}

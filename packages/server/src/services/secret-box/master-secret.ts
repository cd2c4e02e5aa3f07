import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where the master secret comes from: TOLLGATE_SECRET, or a key file in the data directory. `next` is the file of a
 * rotation that was cut off between the database's commit and the renaming; whichever of the two fits is the one.
 */
export type MasterSecret = { readonly candidates: readonly string[]; readonly source: 'environment' | 'file' };

export const keyFile = (dataDir: string): string => join(dataDir, 'master.key');
export const nextKeyFile = (dataDir: string): string => join(dataDir, 'master.key.next');

/** Reads what is there; undefined when there is neither a secret nor a key file. */
export async function findMasterSecret(secret: string | undefined, dataDir: string): Promise<MasterSecret | undefined> {
  if (secret !== undefined) return { candidates: [secret], source: 'environment' };
  const found = [await readSecret(keyFile(dataDir)), await readSecret(nextKeyFile(dataDir))];
  const candidates = found.filter((text) => text !== undefined);
  return candidates.length === 0 ? undefined : { candidates, source: 'file' };
}

/** Makes the key file unless another process has just made it; returns what is in it then. Mode 0600. */
export async function createKeyFile(dataDir: string): Promise<MasterSecret> {
  await mkdir(dataDir, { recursive: true });
  const path = keyFile(dataDir);
  const unlinked = `${path}.${randomBytes(6).toString('hex')}`;
  await writeSecret(unlinked, newSecret());
  try {
    // A hard link fails when the name exists: of several processes exactly one wins, and none sees half a file.
    await link(unlinked, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(unlinked, { force: true });
  }
  const text = await readSecret(path);
  if (text === undefined) throw new Error(`${path} is empty; remove it if nothing has been sealed yet`);
  return { candidates: [text], source: 'file' };
}

export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Puts a secret into the file a rotation works with, durably. */
export async function writeNextKeyFile(dataDir: string, secret: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await rm(nextKeyFile(dataDir), { force: true });
  await writeSecret(nextKeyFile(dataDir), secret);
}

/** Makes the rotation's file the key file. */
export async function adoptNextKeyFile(dataDir: string): Promise<void> {
  await rename(nextKeyFile(dataDir), keyFile(dataDir));
}

export async function dropNextKeyFile(dataDir: string): Promise<void> {
  await rm(nextKeyFile(dataDir), { force: true });
}

export async function dropKeyFile(dataDir: string): Promise<void> {
  await rm(keyFile(dataDir), { force: true });
}

async function writeSecret(path: string, secret: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${secret}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    return text === '' ? undefined : text;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

import type { Settings } from '@tollgate/contract/settings';
import { isAbsolute, join } from 'node:path';
import type { KeptFile } from '../../../domain/media-task.ts';
import { directoryStorage } from './directory-storage.ts';
import type { Part, Storage } from './storage.ts';
import { s3Storage } from './s3-storage.ts';

/** A file is larger than what is kept. */
export class TooLarge extends Error {}

/** Results of media tasks that the gateway keeps. What was kept in a storage is read there, also once new ones go to another. */
export type ResultStore = {
  /** Whether new results are kept. */
  keeps(): boolean;
  /** Writes a file as it comes; tells where it is and how large. Rejects, with nothing kept, when it breaks off or is too large. */
  write(
    name: string,
    mediaType: string,
    body: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly at: string; readonly bytes: number }>;
  /** Undefined when it is gone. */
  open(file: KeptFile, part: Part | undefined): Promise<ReadableStream<Uint8Array> | undefined>;
  remove(file: KeptFile): Promise<void>;
  /** Where a reader can be sent instead, for so many seconds. */
  link(file: KeptFile, seconds: number): string | undefined;
};

const storages = ['directory', 's3'] as const;
type StorageName = (typeof storages)[number];

/** `settings` is asked for each time: a change is in force at once. */
export function openResultStore(settings: () => Settings['media']['results'], dataDir: string): ResultStore {
  const storageOf = (name: StorageName): Storage => {
    const { directory, s3 } = settings();
    if (name === 's3') return s3Storage(s3);
    return directoryStorage(isAbsolute(directory) ? directory : join(dataDir, directory));
  };
  const found = ({ at }: KeptFile): { readonly storage: Storage; readonly name: string } => {
    const colon = at.indexOf(':');
    const name = storages.find((one) => one === at.slice(0, colon));
    if (!name) throw new Error(`a result is kept at ${at}, which is no storage`);
    return { storage: storageOf(name), name: at.slice(colon + 1) };
  };
  return {
    keeps: () => settings().store !== 'off',
    async write(name, mediaType, body) {
      const { store, maxBytes } = settings();
      if (store === 'off') throw new Error('no results are kept');
      const counted = countedUpTo(maxBytes, body);
      await storageOf(store).write(name, mediaType, counted.body);
      return { at: `${store}:${name}`, bytes: counted.bytes() };
    },
    async open(file, part) {
      const { storage, name } = found(file);
      return await storage.open(name, part);
    },
    async remove(file) {
      const { storage, name } = found(file);
      await storage.remove(name);
    },
    link(file, seconds) {
      const { storage, name } = found(file);
      return storage.link(name, seconds);
    },
  };
}

function countedUpTo(
  maxBytes: number,
  body: AsyncIterable<Uint8Array>,
): { readonly body: AsyncIterable<Uint8Array>; bytes(): number } {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new TooLarge(`the file has more than ${maxBytes} bytes`);
      yield chunk;
    }
  }
  return { body: counted(), bytes: () => bytes };
}

import type { Settings } from '@tollgate/contract/settings';
import { isAbsolute, join } from 'node:path';
import type { KeptFile } from '../../../domain/media-task.ts';
import { directoryPlace } from './directory-place.ts';
import type { Part, Place } from './place.ts';
import { s3Place } from './s3-place.ts';

/** A file is larger than what is kept. */
export class TooLarge extends Error {}

/** Results of media tasks that the gateway keeps. What was kept in a place is read there, also once new ones go to another. */
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

const places = ['directory', 's3'] as const;
type PlaceName = (typeof places)[number];

/** `settings` is asked for each time: a change is in force at once. */
export function openResultStore(settings: () => Settings['media']['results'], dataDir: string): ResultStore {
  const placeOf = (name: PlaceName): Place => {
    const { directory, s3 } = settings();
    if (name === 's3') return s3Place(s3);
    return directoryPlace(isAbsolute(directory) ? directory : join(dataDir, directory));
  };
  const found = ({ at }: KeptFile): { readonly place: Place; readonly name: string } => {
    const colon = at.indexOf(':');
    const place = places.find((one) => one === at.slice(0, colon));
    if (!place) throw new Error(`a result is kept at ${at}, which is no place`);
    return { place: placeOf(place), name: at.slice(colon + 1) };
  };
  return {
    keeps: () => settings().store !== 'off',
    async write(name, mediaType, body) {
      const { store, maxBytes } = settings();
      if (store === 'off') throw new Error('no results are kept');
      const counted = countedUpTo(maxBytes, body);
      await placeOf(store).write(name, mediaType, counted.body);
      return { at: `${store}:${name}`, bytes: counted.bytes() };
    },
    async open(file, part) {
      const { place, name } = found(file);
      return await place.open(name, part);
    },
    async remove(file) {
      const { place, name } = found(file);
      await place.remove(name);
    },
    link(file, seconds) {
      const { place, name } = found(file);
      return place.link(name, seconds);
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

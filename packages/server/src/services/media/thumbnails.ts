import { createGenerations } from '../generations.ts';
import { takeTurns } from '../take-turns.ts';

/** Points of the longer side; few, so that what was made for one page is there for the next. */
export const thumbnailSides = [160, 320, 640] as const;
export type ThumbnailSide = (typeof thumbnailSides)[number];

/** A small picture as WebP; `refused` of what is no picture, or too large to be made small; `busy` while too many are waited for. */
export type Thumbnail = Uint8Array<ArrayBuffer> | 'refused' | 'busy';

/** Makes pictures small, and remembers what it made. */
export type Thumbnails = {
  /** `name` says which picture it is; `open` is called when it was not made small before. Rejects when `open` does, or what it opened breaks off. */
  make(name: string, side: ThumbnailSide, open: () => Promise<AsyncIterable<Uint8Array>>): Promise<Thumbnail>;
};

/** Larger than what vendors make; so much is held of a picture, and four bytes for each of its points while it is decoded. */
const mostBytes = 30 << 20;
const mostPoints = 24_000_000;
/** Of very wide pictures decoders need several times as much. */
const longestSide = 16_384;

/** So many are made at once, on threads of Bun's, and so many wait for it. */
const turns = { most: 2, queue: 100 };

/** Twice so many are remembered, of at most so many bytes: a few megabytes, 40 at the worst. */
const remembered = 200;
const mostRememberedBytes = 100_000;

export function openThumbnails(): Thumbnails {
  const made = createGenerations<Thumbnail>(remembered);
  const making = new Map<string, Promise<Thumbnail>>();
  const inTurn = takeTurns();
  const self = {};
  return {
    async make(name, side, open) {
      const id = `${name}@${side}`;
      const known = made.get(id) ?? making.get(id);
      if (known !== undefined) return await known;
      const work = inTurn(self, turns, async () => await shrunk(await open(), side)).then((thumbnail = 'busy') => {
        if (thumbnail === 'refused' || (thumbnail !== 'busy' && thumbnail.byteLength <= mostRememberedBytes))
          made.set(id, thumbnail);
        return thumbnail;
      });
      making.set(id, work);
      try {
        return await work;
      } finally {
        making.delete(id);
      }
    },
  };
}

/** https://bun.com/reference/bun/Image */
async function shrunk(picture: AsyncIterable<Uint8Array>, side: ThumbnailSide): Promise<Thumbnail> {
  const bytes = await readUpTo(mostBytes, picture);
  if (!bytes) return 'refused';
  try {
    const image = new Bun.Image(bytes, { maxPixels: mostPoints });
    const { width, height } = await image.metadata();
    if (Math.max(width, height) > longestSide) return 'refused';
    const small = image.resize(side, side, { fit: 'inside', withoutEnlargement: true }).webp({ quality: 80 });
    return new Uint8Array(await small.bytes());
  } catch (error) {
    if (isImageError(error)) return 'refused';
    throw error;
  }
}

/** What speaks of the picture, and not of this machine. */
const isImageError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_IMAGE_');

/** Undefined when there is more. */
async function readUpTo(
  most: number,
  picture: AsyncIterable<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of picture) {
    length += part.byteLength;
    if (length > most) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

import { createHash } from 'node:crypto';
import type { Settings } from '@tollgate/contract/settings';
import { readRaster, type RasterImage } from '../domain/raster-image.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Database } from '../store/database.ts';
import type { FetchOutside } from './fetch-outside.ts';
import { siteImageRepository, type StoredImage } from '../store/site-images.ts';

export type SiteImageDeps = {
  readonly database: Database;
  readonly fetchOutside: FetchOutside;
  readonly settings: () => Settings;
  /** ms since the epoch. */
  readonly now: () => number;
};

type SiteSettings = Pick<Settings['site'], 'logo' | 'logoDark' | 'favicon' | 'logoUrl'>;
export type AddedImage = RasterImage & { readonly name: string; readonly bytes: number };
export type SiteImages = ReturnType<typeof openSiteImages>;

export const maxImageBytes = 300_000;
const maxPixels = 2048;
/** So many are kept, so that an earlier logo can be put back; those in use stay in any case. */
const kept = 40;
/** A logo's address that failed is not asked again for so long. */
const retryMs = 60_000;

/** The folder below the console's root where images are served. */
const folder = 'site-images';
const hashOf = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex').slice(0, 32);
/** The name of the image at an address; its kind is not known before it is fetched. */
const nameOfUrl = (url: string): string => `url-${hashOf(url)}`;

export const imagePath = (name: string): string => `${folder}/${name}`;

/** Where the console finds the images that replace its own; empty for none. */
export function siteImagePaths({ logo, logoDark, favicon, logoUrl }: SiteSettings): {
  readonly logo: string;
  readonly logoDark: string;
  readonly favicon: string;
} {
  const path = (name: string): string => (name === '' ? '' : imagePath(name));
  return {
    logo: path(logo === '' && logoUrl !== '' ? nameOfUrl(logoUrl) : logo),
    logoDark: path(logoDark),
    favicon: path(favicon),
  };
}

/** The images that an operator puts in the place of ours: kept in the database, served from the gateway's own address. */
export function openSiteImages({ database, fetchOutside, settings, now }: SiteImageDeps) {
  // Names never change their bytes, so what was read once is right for ever; there are few.
  const held = new Map<string, StoredImage>();
  const failedAt = new Map<string, number>();
  const fetching = new Map<string, Promise<StoredImage | undefined>>();

  const keep = async (name: string, bytes: Uint8Array, { type }: RasterImage): Promise<StoredImage> => {
    const image: StoredImage = { name, contentType: type, bytes: new Uint8Array(bytes) };
    await siteImageRepository.put(database, image, now());
    const { logo, logoDark, favicon, logoUrl } = settings().site;
    await siteImageRepository.prune(database.db, kept, [name, logo, logoDark, favicon, nameOfUrl(logoUrl)]);
    return image;
  };

  const fetchRaster = async (url: string) => {
    const got = await fetchOutside(url, { maxBytes: maxImageBytes, timeoutMs: 15_000 });
    if ('problem' in got) throw new Refusal('invalid_request', `The image could not be fetched: ${got.problem}.`);
    return { bytes: got.bytes, raster: checked(got.bytes) };
  };

  const fetchLogo = async (url: string): Promise<StoredImage | undefined> => {
    const name = nameOfUrl(url);
    if (now() - (failedAt.get(name) ?? -Infinity) < retryMs) return undefined;
    try {
      const { bytes, raster } = await fetchRaster(url);
      return await keep(name, bytes, raster);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failedAt.clear();
      failedAt.set(name, now());
      return undefined;
    }
  };

  /** One fetch at a time, whoever asks. */
  const fetchedLogo = (url: string): Promise<StoredImage | undefined> => {
    const name = nameOfUrl(url);
    const running = fetching.get(name) ?? fetchLogo(url).finally(() => fetching.delete(name));
    fetching.set(name, running);
    return running;
  };

  return {
    /** Keeps an image, or the one at an address. Refuses what is none, or is too large. */
    async add(given: { readonly base64: string } | { readonly url: string }): Promise<AddedImage> {
      const { bytes, raster } =
        'url' in given ? await fetchRaster(given.url) : readGiven(Uint8Array.fromBase64(given.base64));
      const name = `${hashOf(bytes)}.${raster.ending}`;
      await keep(name, bytes, raster);
      return { ...raster, name, bytes: bytes.length };
    },

    /** The image under a name; undefined when there is none, or the address of the logo has none. */
    async find(name: string): Promise<StoredImage | undefined> {
      if (!/^(?:url-)?[0-9a-f]{32}(?:\.(?:png|jpg|webp))?$/.test(name)) return undefined;
      const { logoUrl } = settings().site;
      const image =
        held.get(name) ??
        (await siteImageRepository.find(database.db, name)) ??
        // Only the address in force is asked, whatever is asked for here.
        (logoUrl !== '' && name === nameOfUrl(logoUrl) ? await fetchedLogo(logoUrl) : undefined);
      if (image === undefined) return undefined;
      if (held.size >= 8) held.clear();
      held.set(name, image);
      return image;
    },
  };
}

const readGiven = (bytes: Uint8Array) => ({ bytes, raster: checked(bytes) });

function checked(bytes: Uint8Array): RasterImage {
  if (bytes.length > maxImageBytes)
    throw new Refusal('invalid_request', `The image is larger than ${maxImageBytes / 1000} kB.`);
  const raster = readRaster(bytes);
  if (raster === undefined)
    throw new Refusal(
      'invalid_request',
      'This is no PNG, JPEG or WebP. Vector graphics are not taken: they may hold scripts.',
    );
  if (raster.width < 1 || raster.height < 1 || Math.max(raster.width, raster.height) > maxPixels)
    throw new Refusal(
      'invalid_request',
      `The image has ${raster.width} x ${raster.height} pixels; each side may have 1 to ${maxPixels}.`,
    );
  return raster;
}

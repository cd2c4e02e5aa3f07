import { dataUrlOf } from '../../lib/data-url.ts';

const types = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** Vendors take about so much; more would not fit the browser's storage either. */
const maxBytes = 5 * 1024 * 1024;

/** Pictures as data URLs. `refused` says that some were too large, or no pictures. */
export async function readImages(
  files: readonly File[],
): Promise<{ readonly images: readonly string[]; readonly refused: boolean }> {
  const good = files.filter(({ type, size }) => types.has(type) && size <= maxBytes);
  const images = await Promise.all(good.map(dataUrlOf));
  return { images, refused: good.length < files.length };
}

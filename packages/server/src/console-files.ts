import { readdirSync } from 'node:fs';
import path from 'node:path';

const dist = path.resolve(import.meta.dirname, '../../console/dist');

/**
 * The console as it is built now: path below the site's root (`/index.html`) to the file that holds it, readable with `Bun.file`.
 * Empty when it was not built. `scripts/compile.mjs` replaces this module by one that embeds the same files.
 */
export function consoleFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  try {
    for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.startsWith('.')) continue;
      const file = path.join(entry.parentPath, entry.name);
      files.set(`/${path.relative(dist, file).split(path.sep).join('/')}`, file);
    }
  } catch {
    // Not built.
  }
  return files;
}

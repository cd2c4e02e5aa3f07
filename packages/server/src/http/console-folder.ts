import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ConsoleFile, ConsoleFiles } from './console-site.ts';

/** Reads a built console from a folder into memory; undefined when there is none. */
export async function readConsoleFolder(folder: string): Promise<ConsoleFiles | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, ConsoleFile>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const file = Bun.file(path);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, {
      bytes: new Uint8Array(await file.arrayBuffer()),
      type: file.type,
    });
  }
  return files.has('/index.html') ? files : undefined;
}

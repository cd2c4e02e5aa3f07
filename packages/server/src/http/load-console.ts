import type { ConsoleFile, ConsoleFiles } from './console-site.ts';

/** Reads the built console into memory, from where `console-files.ts` says its files are; undefined when it was not built. */
export async function loadConsole(files: ReadonlyMap<string, string>): Promise<ConsoleFiles | undefined> {
  const loaded = new Map<string, ConsoleFile>();
  for (const [path, place] of files) {
    const file = Bun.file(place);
    // Under an embedded file's name there may be no ending to tell the type by, under its path there is.
    loaded.set(path, { bytes: new Uint8Array(await file.arrayBuffer()), type: Bun.file(path).type });
  }
  return loaded.has('/index.html') ? loaded : undefined;
}

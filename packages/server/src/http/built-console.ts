export type ConsoleFile = { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string };

/** The built console: path (`/index.html`, `/assets/app-3f2a.js`) to file, however it got into the process. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

export type BuiltConsole = {
  /** Undefined when none has been built. */
  files(): ConsoleFiles | undefined;
  /** Resolves when a look at the disk that is under way is over. */
  readonly settled: () => Promise<void>;
};

/** The disk is looked at for a newer build at most so often. */
const lookMs = 1000;
const pagePath = '/index.html';

/**
 * The console in memory, read anew when it was built anew. While a build is half there the one before is served; and its assets
 * stay, for the pages that are open.
 *
 * @param list path below the site's root to the file that holds it, as they stand now
 * @param now ms, monotonic
 */
export async function openConsole(
  list: () => ReadonlyMap<string, string>,
  now: () => number,
  warn: (fields: Readonly<Record<string, unknown>>, message: string) => void,
): Promise<BuiltConsole> {
  let current: ConsoleFiles | undefined;
  let builtAt = 0;
  let readFrom: ReadonlyMap<string, string> | undefined;
  let lookedAt = -Infinity;
  let looking = Promise.resolve();

  const look = async (): Promise<void> => {
    try {
      const paths = list();
      const page = paths.get(pagePath);
      // Within an executable the list is always the same one, and so are its files.
      if (page === undefined || (paths === readFrom && current !== undefined)) return;
      // When the page was written, in ms since the epoch; 0 when it is not there.
      const at = Bun.file(page).lastModified;
      if (at === builtAt && current !== undefined) return;
      const read = await readAll(paths);
      if (!isWhole(read)) return;
      const left = [...(current ?? [])].filter(([path]) => path.startsWith('/assets/') && !read.has(path));
      current = new Map([...left.slice(-maxLeft), ...read]);
      builtAt = at;
      readFrom = paths;
    } catch (error) {
      // Files come and go while the console is built.
      if (current === undefined) warn({ err: error }, 'the console cannot be read');
    }
  };

  const lookNow = (): void => {
    lookedAt = now();
    looking = look();
  };
  lookNow();
  await looking;
  return {
    files() {
      if (now() - lookedAt > lookMs) lookNow();
      return current;
    },
    settled: () => looking,
  };
}

/** Assets of earlier builds that are kept: those of one or two. */
const maxLeft = 1000;

async function readAll(paths: ReadonlyMap<string, string>): Promise<ConsoleFiles> {
  const files = new Map<string, ConsoleFile>();
  for (const [path, source] of paths) {
    const file = Bun.file(source);
    files.set(path, { bytes: new Uint8Array(await file.arrayBuffer()), type: file.type });
  }
  return files;
}

/** Whether all is there that the page names. */
function isWhole(files: ConsoleFiles): boolean {
  const page = files.get(pagePath);
  if (page === undefined) return false;
  const html = new TextDecoder().decode(page.bytes);
  return [...html.matchAll(/["'](?:\.?\/)?(assets\/[\w.-]+)["']/g)].every(([, name]) => files.has(`/${name}`));
}

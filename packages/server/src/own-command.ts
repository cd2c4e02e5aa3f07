/**
 * How this very program is started: the one-file executable by itself, else Bun with the main file. Undefined where this is a part
 * of something else, such as a test.
 */
export function ownCommand(): readonly string[] | undefined {
  if (Bun.main.startsWith('/$bunfs/')) return [process.execPath];
  return /[\\/]main\.(?:ts|js)$/.test(Bun.main) ? [process.execPath, Bun.main] : undefined;
}

import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Storage } from './storage.ts';

/** A folder, for this user alone. */
export function directoryStorage(root: string): Storage {
  const pathOf = (name: string): string => join(root, name);
  return {
    async write(name, _mediaType, body) {
      const path = pathOf(name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // Under another name until it is whole; nobody else writes this one.
      const unfinished = `${path}.${randomUUID()}.part`;
      try {
        const file = await open(unfinished, 'wx', 0o600);
        try {
          for await (const chunk of body) {
            for (let at = 0; at < chunk.byteLength;)
              at += (await file.write(chunk, at, chunk.byteLength - at)).bytesWritten;
          }
          // It is noted as kept once this returns, which must hold after a loss of power, too.
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(unfinished, path);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
    },
    async open(name, part) {
      const path = pathOf(name);
      const there = await stat(path).catch(() => undefined);
      if (!there?.isFile()) return undefined;
      const file = Bun.file(path);
      return (part ? file.slice(part.from, part.to + 1) : file).stream();
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    link: () => undefined,
  };
}

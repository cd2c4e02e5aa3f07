import { watch } from 'node:fs';
import path from 'node:path';

/** Whether an edit of a file can change the running gateway. Editors leave dot files and backups behind. */
const matters = (file: string): boolean => /\.(ts|json|sql)$/.test(file) && !/(^|[\\/])\.|[._]test\.ts$/.test(file);

/**
 * Calls `changed` with one of the files once some were edited, added or removed below the folders; a burst, such as a
 * checkout, counts once. Returns what ends it.
 */
export function watchSources(folders: readonly string[], changed: (file: string) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watchers = folders.map((folder) =>
    watch(folder, { recursive: true }, (_, name) => {
      if (name === null || !matters(name)) return;
      clearTimeout(timer);
      timer = setTimeout(() => changed(path.join(folder, name)), 100);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

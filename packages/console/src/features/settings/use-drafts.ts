import type { SettingView } from '@tollgate/contract/api/configuration';
import { useState } from 'react';
import type { Json } from '../../lib/changes.ts';
import { same, type Draft } from './drafts.ts';

export type Drafts = {
  readonly all: readonly Draft[];
  of(path: string): Draft | undefined;
  /** Notes a change; one that leaves all as it is takes the draft away. */
  put(setting: SettingView, write: Json): void;
  drop(paths: readonly string[]): void;
};

/** Changes of the page that are not saved yet. */
export function useDrafts(): Drafts {
  const [drafts, setDrafts] = useState<ReadonlyMap<string, Draft>>(new Map());
  return {
    all: [...drafts.values()],
    of: (path) => drafts.get(path),
    put: (setting, write) =>
      setDrafts((before) => {
        const next = new Map(before);
        if (same(write, setting.value)) next.delete(setting.path);
        // The default, chosen by hand, is no decision of its own.
        else next.set(setting.path, { setting, write: same(write, setting.default) ? null : write });
        return next;
      }),
    drop: (paths) => setDrafts((before) => new Map([...before].filter(([path]) => !paths.includes(path)))),
  };
}

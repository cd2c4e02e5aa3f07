import type { LucideIcon } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';

/** Something a page can do, for the command palette. */
export type Command = {
  readonly id: string;
  /** A verb and what it is done to: `Create key`. */
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly run: () => void;
};

const listeners = new Set<() => void>();
let current: readonly Command[] = [];

function set(commands: readonly Command[]): void {
  current = commands;
  for (const listener of listeners) listener();
}

/** Puts what the page can do into the palette, as long as the page is there. Make the list once, or with `useMemo`. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    set([...current, ...commands]);
    return () => set(current.filter((command) => !commands.includes(command)));
  }, [commands]);
}

/** What the pages on the screen can do. */
export const usePageCommands = (): readonly Command[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );

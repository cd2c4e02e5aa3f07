import { useEffect, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let current: string | undefined;

function set(title: string | undefined): void {
  current = title;
  for (const listener of listeners) listener();
}

/** Names the thing that a page is about, such as a key: in the breadcrumb and in the title of the tab. @public */
export function useThingTitle(title: string | undefined): void {
  useEffect(() => {
    set(title);
    return () => set(undefined);
  }, [title]);
}

/** What {@link useThingTitle} said last. */
export const useGivenTitle = (): string | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );

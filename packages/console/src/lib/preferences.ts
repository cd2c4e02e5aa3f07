import { useSyncExternalStore } from 'react';

/** What people choose for this browser: kept in its storage where that is allowed, otherwise until the page is closed. */
export type Preference<Value extends string> = {
  read(): Value;
  choose(value: Value): void;
  subscribe(listener: () => void): () => void;
};

type Kind<Value extends string> = {
  /** In the browser's storage; app/first-paint.js reads those of theme and density. */
  readonly key: string;
  readonly values: readonly [Value, ...Value[]];
  /** Puts a value in force. */
  readonly apply?: (value: Value) => void;
};

/** A choice with the first of its values as its default. */
export function preference<Value extends string>({ key, values, apply }: Kind<Value>): Preference<Value> {
  const listeners = new Set<() => void>();
  const known = (text: string | null): Value => values.find((value) => value === text) ?? values[0];
  let current: Value | undefined;
  const read = (): Value => {
    current ??= known(stored(key));
    return current;
  };
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    read,
    choose(value) {
      current = value;
      keep(key, value === values[0] ? undefined : value);
      apply?.(value);
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const usePreference = <Value extends string>(of: Preference<Value>): Value =>
  useSyncExternalStore(of.subscribe, of.read);

/** A text of the browser's storage; null when there is none, or storage is shut off. */
export function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a text in the browser's storage, or takes it out; in vain where storage is shut off. */
export function keep(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // It lasts until the page is closed.
  }
}

const data = (name: 'theme' | 'density', value: string, absent: string): void => {
  if (value === absent) delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
};

export const theme = preference({
  key: 'tollgate.theme',
  values: ['system', 'light', 'dark'],
  apply: (value) => data('theme', value, 'system'),
});

export const density = preference({
  key: 'tollgate.density',
  values: ['compact', 'comfortable'],
  apply: (value) => data('density', value, 'compact'),
});

/** Whether single letters are shortcuts (WCAG 2.1.4: they can be switched off). */
export const shortcuts = preference({ key: 'tollgate.shortcuts', values: ['on', 'off'] });

/** A part of the sidebar, by its name: whether its pages are shown. */
export const sidebarPart = (name: string): Preference<'open' | 'closed'> =>
  preference({ key: `tollgate.sidebar.${name}`, values: ['open', 'closed'] });

/** Whether the sidebar shows words beside its icons. */
export const sidebar = preference({ key: 'tollgate.sidebar', values: ['wide', 'narrow'] });

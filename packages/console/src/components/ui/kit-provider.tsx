import type { ReactNode } from 'react';
import { I18nProvider, RouterProvider } from 'react-aria-components';

type KitProviderProps = {
  readonly locale: string;
  /** Goes to an address of the console, as the browser has it. */
  readonly go: (address: string) => void;
  /** Makes such an address of a path of the console. */
  readonly addressOf: (path: string) => string;
  readonly children: ReactNode;
};

/** Tells the kit the language of the reader, and how links within its parts are followed. */
export const KitProvider = ({ locale, go, addressOf, children }: KitProviderProps) => (
  <I18nProvider locale={locale}>
    <RouterProvider navigate={(path) => go(addressOf(path))} useHref={addressOf}>
      {children}
    </RouterProvider>
  </I18nProvider>
);

import type { ReactNode } from 'react';
import { Card } from '../components/card.tsx';
import { Logo } from '../components/icon.tsx';
import { ThemeChoice } from '../features/account/theme-choice.tsx';
import { GatewayStatus } from '../features/status/gateway-status.tsx';
import type { Site } from '../lib/site.ts';

/** Before sign-in: the state of the gateway on one side, the way in on the other. */
export function PublicPage({ site, children }: { readonly site: Site; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="mx-auto flex w-full max-w-5xl items-center gap-2.5 px-5 py-5 sm:px-8">
        <Logo />
        <span className="text-base font-semibold tracking-tight">{site.name}</span>
      </header>
      <main className="mx-auto grid w-full max-w-5xl grow content-center items-center gap-x-16 gap-y-10 px-5 py-8 sm:px-8 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <GatewayStatus site={site} />
        <Card className="min-w-0 p-5 sm:p-7">{children}</Card>
      </main>
      <footer className="mx-auto flex w-full max-w-5xl justify-end px-5 py-5 sm:px-8">
        <ThemeChoice />
      </footer>
    </div>
  );
}

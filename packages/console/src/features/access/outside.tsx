import { Suspense, type ReactNode } from 'react';
import { LanguageChoice, ThemeChoice } from '../../app/shell/choices.tsx';
import { VisitorPages } from '../../app/shell/visitor-pages.tsx';
import Announcement from '../../components/site/announcement.tsx';
import SiteFooter from '../../components/site/site-footer.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import type { Site } from '../../lib/site.ts';
import { GatewayStatus } from './gateway-status.tsx';
import { SetupNeeded } from './setup-needed.tsx';
import { SignIn } from './sign-in.tsx';

type OutsideProps = {
  readonly site: Site;
  /** The address is that of the one-time link. */
  readonly setup: boolean;
  /** The page for strangers that the address names. */
  readonly children: ReactNode;
};

/** Before sign-in: the state of the gateway on one side, the way in on the other. */
export default function Outside({ site, setup, children }: OutsideProps) {
  const needed = site.setupNeeded;
  // The one-time link is of use while there is no root; everything else once there is one.
  const own = setup === needed ? children : undefined;
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="mx-auto flex w-full max-w-5xl flex-wrap items-center gap-x-6 gap-y-2 px-5 py-5 sm:px-8">
        <span className="flex items-center gap-2.5">
          <Logo own={site.images} />
          <span className="text-base font-semibold tracking-tight">{site.name}</span>
        </span>
        {!needed && <VisitorPages site={site} page={undefined} />}
      </header>
      {!needed && <Announcement className="mx-auto max-w-5xl px-5 sm:px-8" />}
      <main className="mx-auto grid w-full max-w-5xl grow content-center items-center gap-x-16 gap-y-5 px-5 py-8 sm:px-8 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <GatewayStatus site={site} />
        <Card padded={false} className="p-5 sm:p-7">
          <Suspense fallback={null}>
            {own ?? (needed ? <SetupNeeded /> : <SignIn registrationOpen={site.registrationOpen} />)}
          </Suspense>
        </Card>
      </main>
      <div className="mx-auto w-full max-w-5xl px-5 sm:px-8">
        <SiteFooter>
          <LanguageChoice />
          <ThemeChoice />
        </SiteFooter>
      </div>
    </div>
  );
}

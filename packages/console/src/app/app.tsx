import { useEffect } from 'react';
import { Button } from '../components/button.tsx';
import { Empty } from '../components/empty.tsx';
import { ErrorNotice } from '../components/notice.tsx';
import { Keys } from '../features/keys/keys.tsx';
import { Requests } from '../features/requests/requests.tsx';
import { Setup, SetupNeeded } from '../features/setup/setup.tsx';
import { SignIn } from '../features/sign-in/sign-in.tsx';
import { Link, navigate, useRouteLocation } from '../lib/router.tsx';
import { useMe } from '../lib/session.ts';
import { type Site, useSite } from '../lib/site.ts';
import { PublicPage } from './public-page.tsx';
import { Shell } from './shell.tsx';

/** Which page it is: by who is asking first, by the address second. */
export function App() {
  const { path } = useRouteLocation();
  const site = useSite();
  const me = useMe();
  const title = site.data?.name ?? 'Tollgate';
  const words = me.data ? ({ '': 'Requests', keys: 'API keys' }[path] ?? 'Not found') : undefined;
  useEffect(() => {
    document.title = words === undefined ? title : `${words} · ${title}`;
  }, [title, words]);

  const error = site.data === undefined ? site.error : me.data === undefined ? me.error : null;
  if (error !== null)
    return <Unreachable error={error} again={() => void Promise.all([site.refetch(), me.refetch()])} />;
  // A first paint that lasts some milliseconds is better empty than flickering.
  if (site.data === undefined || me.data === undefined) return <div aria-busy="true" />;
  if (me.data === null) return <Outside site={site.data} />;
  return (
    <Shell site={site.data} me={me.data}>
      {path === '' ? <Requests me={me.data} /> : path === 'keys' ? <Keys /> : <NotFound path={path} />}
    </Shell>
  );
}

function Outside({ site }: { readonly site: Site }) {
  const { path, search, hash } = useRouteLocation();
  const token = hash.get('token') ?? search.get('token') ?? '';
  return (
    <PublicPage site={site}>
      {site.setupNeeded ? (
        path === 'setup' && token !== '' ? (
          <Setup token={token} />
        ) : (
          <SetupNeeded />
        )
      ) : (
        <SignIn registrationOpen={site.registrationOpen} />
      )}
    </PublicPage>
  );
}

function NotFound({ path }: { readonly path: string }) {
  // Signed in on the spent set-up link: there is nothing left to set up.
  useEffect(() => {
    if (path === 'setup') navigate('./', 'replace');
  }, [path]);
  return (
    <Empty page title="There is no such page">
      <Link to="./" className="font-medium text-accent underline underline-offset-3">
        Go to the requests
      </Link>
    </Empty>
  );
}

function Unreachable({ error, again }: { readonly error: Error; readonly again: () => void }) {
  return (
    <main className="mx-auto max-w-md px-4 py-24">
      <h1 className="sr-only">Tollgate</h1>
      <ErrorNotice title="The gateway cannot be reached" error={error} />
      <Button className="mt-4" onClick={again}>
        Try again
      </Button>
    </main>
  );
}

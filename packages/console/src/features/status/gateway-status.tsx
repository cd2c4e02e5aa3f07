import type { ReactNode } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { addressOf } from '../../lib/base.ts';
import { age, fullMoment } from '../../lib/moments.ts';
import { type Health, type Site, useHealth } from '../../lib/site.ts';

const words: Readonly<Record<Health, string>> = {
  up: 'is up',
  unready: 'takes no requests right now',
  down: 'does not answer',
};

/** What anyone may know of the gateway: that it is up, since when, which version, and where its API is. */
export function GatewayStatus({ site }: { readonly site: Site }) {
  const health = useHealth() ?? 'up';
  return (
    <div>
      <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-4xl" role="status">
        {site.name} {words[health]}.
      </h1>
      <dl className="mt-6 grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2.5">
        <Fact term="Health">
          <HealthWord health={health} />
        </Fact>
        <Fact term="Running for">
          <time dateTime={new Date(site.startedAt).toISOString()} title={fullMoment(site.startedAt)}>
            {age(Date.now() - site.startedAt)}
          </time>
        </Fact>
        <Fact term="Version">{site.version}</Fact>
        <Fact term="Base URL">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <code className="font-mono text-[0.8125rem] break-all">{addressOf('v1')}</code>
            <CopyButton text={addressOf('v1')} what="the base URL" />
          </span>
        </Fact>
      </dl>
    </div>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="py-0.5 text-muted">{term}</dt>
      <dd className="min-w-0 py-0.5">{children}</dd>
    </>
  );
}

function HealthWord({ health }: { readonly health: Health }) {
  const tone = { up: 'text-good', unready: 'text-warn', down: 'text-danger' }[health];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium ${tone}`}>
      <Icon name={health === 'up' ? 'check' : 'warning'} className="size-3.5" />
      {{ up: 'Healthy', unready: 'Not ready', down: 'Unreachable' }[health]}
    </span>
  );
}

/** The same in a few words, for the header. */
export function StatusWord({ site }: { readonly site: Site }) {
  const health = useHealth() ?? 'up';
  return (
    <span
      role="status"
      className="flex items-center gap-2 text-[0.8125rem] text-muted"
      title={`Version ${site.version}, since ${fullMoment(site.startedAt)}`}
    >
      <HealthWord health={health} />
      {health === 'up' && <span className="max-lg:hidden">for {age(Date.now() - site.startedAt)}</span>}
    </span>
  );
}

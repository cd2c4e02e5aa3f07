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
      <Barrier raised={health === 'up'} />
      <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-4xl" aria-live="polite">
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

/** The gate itself: its arm is up while requests may pass. The words below say the same. */
function Barrier({ raised }: { readonly raised: boolean }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 190 112" className="mb-5 h-20 overflow-visible sm:h-24 rtl:-scale-x-100">
      <path d="M2 108h186" className="stroke-line" strokeWidth="3" strokeLinecap="round" />
      <g className={`origin-[27px_66px] transition-transform duration-700 ${raised ? '-rotate-[24deg]' : 'rotate-0'}`}>
        <path d="M32 66h140" className="stroke-accent" strokeWidth="9" strokeDasharray="20 10" />
      </g>
      <rect x="16" y="50" width="22" height="58" rx="4" className="fill-ink" />
      <circle cx="27" cy="63" r="4.5" className={raised ? 'fill-good-wash' : 'fill-danger-wash'} />
    </svg>
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

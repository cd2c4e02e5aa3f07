import { Status } from '../../components/ui/badge.tsx';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { age, fullMoment } from '../../lib/format.ts';
import { type Site, useHealth, usePublicAddress } from '../../lib/site.ts';
import { useAccessWords } from './words.ts';

const tones = { up: 'good', unready: 'warn', down: 'danger' } as const;

/**
 * What anyone may know of the gateway: that it is up, since when, which version, and where its API is. On a phone one line
 * says the first, so that the way in stands right below it.
 */
export function GatewayStatus({ site }: { readonly site: Site }) {
  const t = useAccessWords();
  const health = useHealth() ?? 'up';
  const baseUrl = usePublicAddress()('v1');
  return (
    <div>
      <Barrier raised={health === 'up'} />
      <h1 className="text-xl font-semibold tracking-tight text-balance lg:text-4xl" aria-live="polite">
        {t(`status.${health}`, { name: site.name })}
      </h1>
      <KeyValues
        className="mt-6 gap-y-2.5! text-sm! max-lg:hidden"
        items={[
          { term: t('status.health'), value: <Status tone={tones[health]}>{t(`health.${health}`)}</Status> },
          {
            term: t('status.running'),
            value: (
              <time dateTime={new Date(site.startedAt).toISOString()} title={fullMoment(site.startedAt)}>
                {age(Date.now() - site.startedAt)}
              </time>
            ),
          },
          { term: t('status.version'), value: site.version },
          {
            term: t('status.baseUrl'),
            value: (
              <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                <code className="font-mono text-small break-all">{baseUrl}</code>
                <CopyButton text={baseUrl} what={t('status.baseUrl')} />
              </span>
            ),
          },
        ]}
      />
    </div>
  );
}

/** The gate itself: its arm is up while requests may pass. The words below say the same. */
function Barrier({ raised }: { readonly raised: boolean }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 190 112" className="mb-5 h-24 overflow-visible max-lg:hidden rtl:-scale-x-100">
      <path d="M2 108h186" className="stroke-line" strokeWidth="3" strokeLinecap="round" />
      <g className={`origin-[27px_66px] transition-transform duration-700 ${raised ? '-rotate-[24deg]' : 'rotate-0'}`}>
        <path d="M32 66h140" className="stroke-accent" strokeWidth="9" strokeDasharray="20 10" />
      </g>
      <rect x="16" y="50" width="22" height="58" rx="4" className="fill-ink" />
      <circle cx="27" cy="63" r="4.5" className={raised ? 'fill-good-wash' : 'fill-danger-wash'} />
    </svg>
  );
}

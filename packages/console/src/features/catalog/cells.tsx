import type { CatalogModel, ModelUptime } from '@tollgate/contract/api/catalog';
import { buckets } from '@tollgate/contract/buckets';
import { Brain, Braces, FileText, Image, Mic, Video, Wrench, type LucideIcon } from 'lucide-react';
import { UptimeStrip } from '../../components/charts/marks.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { calendarDay, percent } from '../../lib/format.ts';
import { usdOf } from '../../lib/money.ts';
import { plainRates } from '../../lib/rates.ts';
import { capabilitiesOf, uptimeOf, type Capability } from './find.ts';
import { useCatalogWords } from './words.ts';

const icons: Readonly<Record<Capability, LucideIcon>> = {
  image: Image,
  audio: Mic,
  video: Video,
  pdf: FileText,
  reasoning: Brain,
  tools: Wrench,
  structuredOutput: Braces,
};

/** What a model can, as signs whose names are said and shown. */
export function Capabilities({ model, words = false }: { readonly model: CatalogModel; readonly words?: boolean }) {
  const t = useCatalogWords();
  const own = capabilitiesOf(model);
  if (own.length === 0) return <span className="text-muted">–</span>;
  return (
    <ul className={`flex gap-1.5 ${words ? 'flex-wrap gap-y-1' : ''}`}>
      {own.map((one) => {
        const Icon = icons[one];
        return (
          <li key={one} title={t(`can.${one}`)} className="inline-flex items-center gap-1 text-muted">
            <Icon aria-hidden className="size-4" />
            <span className={words ? 'text-small text-ink' : 'sr-only'}>{t(`can.${one}`)}</span>
          </li>
        );
      })}
    </ul>
  );
}

const countedBuckets = ['images', 'seconds', 'characters', 'searches', 'toolCalls', 'fileSearches'] as const;

/** The first rate of what is no token, such as an image or a second of film. */
function countedRate(rates: ReturnType<typeof plainRates>) {
  for (const bucket of countedBuckets) {
    const rate = rates[buckets[bucket].field];
    if (rate !== undefined) return { bucket, rate };
  }
  return undefined;
}

/** A rate for a million tokens, or the price of a request where nothing else is priced. */
export function Rate({ model, field }: { readonly model: CatalogModel; readonly field: 'input' | 'output' }) {
  const t = useCatalogWords();
  if (model.price === null) return <>{t('free')}</>;
  const rates = plainRates(model.price);
  const rate = rates[field];
  if (rate !== undefined) return <>{usdOf(rate)}</>;
  const counted =
    field === 'input' && rates.input === undefined && rates.output === undefined ? countedRate(rates) : undefined;
  if (counted !== undefined) return <>{t(`perUnit.${counted.bucket}`, { amount: usdOf(counted.rate) })}</>;
  if (rates.perCall !== undefined && field === 'input') return <>{t('perRequest', { amount: usdOf(rates.perCall) })}</>;
  if (model.price.expression !== undefined && field === 'input') return <>{t('byExpression')}</>;
  return <span className="text-muted">–</span>;
}

/** As vendors write them in every language: `128K`, `1M`. */
const shortCapacity = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const tokens = (count: number | null): string => (count === null ? '–' : shortCapacity.format(count));

const tones = { up: 'good', degraded: 'warn', down: 'danger' } as const;

export function ModelState({ uptime }: { readonly uptime: ModelUptime }) {
  const t = useCatalogWords();
  return <Status tone={tones[uptime.state]}>{t(`state.${uptime.state}`)}</Status>;
}

export const uptimeWords = (share: number | null): string => (share === null ? '–' : percent(share));

const dayMs = 86_400_000;

/** The last days of a model, a bar each. */
export function UptimeDays({
  uptime,
  at,
  days,
}: {
  readonly uptime: ModelUptime;
  readonly at: number;
  readonly days: number;
}) {
  const t = useCatalogWords();
  const today = at - (at % dayMs);
  const shown = uptime.days.slice(-days);
  return (
    <UptimeStrip
      label={
        uptime.uptime90d === null
          ? t('noRequests')
          : t('uptimeOf', { share: percent(uptime.uptime90d), days: shown.length })
      }
      bars={shown.map((share, index) => ({
        state: uptimeOf(share),
        title: `${calendarDay(today - (shown.length - 1 - index) * dayMs)}: ${share === null ? t('noRequests') : percent(share)}`,
      }))}
    />
  );
}

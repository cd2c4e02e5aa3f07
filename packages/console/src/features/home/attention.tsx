import type { GatewayOverview } from '@tollgate/contract/api/overview';
import { CircleCheckBig } from 'lucide-react';
import { useChannelReason } from '../../components/channel-reason/use-channel-reason.ts';
import { Badge } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { Link } from '../../components/ui/link.tsx';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { useHomeWords } from './words.ts';

type Item = GatewayOverview['attention'][number];

type Way = {
  readonly to: string;
  readonly params?: Record<string, string>;
  readonly search?: Record<string, string>;
};

const pageOf: Partial<Record<Item['kind'], (subject: string) => Way>> = {
  channel_cooling: (id) => ({ to: '/channels/$id', params: { id } }),
  channel_degraded: (id) => ({ to: '/channels/$id', params: { id } }),
  channel_disabled: (id) => ({ to: '/channels/$id', params: { id } }),
  account_disabled: (id) => ({ to: '/channels/$id', params: { id }, search: { tab: 'accounts' } }),
  cache_unread: (id) => ({ to: '/channels/$id', params: { id } }),
  models_new: (id) => ({ to: '/channels/$id', params: { id }, search: { tab: 'models' } }),
  models_gone: (id) => ({ to: '/channels/$id', params: { id }, search: { tab: 'models' } }),
  model_unpriced: (name) => ({ to: '/models/$name', params: { name } }),
  key_exhausted: (id) => ({ to: '/keys/$id', params: { id } }),
  key_expiring: (id) => ({ to: '/keys/$id', params: { id } }),
  job_dead: () => ({ to: '/system', search: { tab: 'jobs', state: 'dead' } }),
  wallet_empty: (id) => ({ to: '/users/$id', params: { id } }),
};

/** What somebody should look at, each with the way there. */
export function Attention({ items }: { readonly items: readonly Item[] }) {
  const t = useHomeWords();
  const say = useChannelReason();
  return (
    <Card title={t('attention.title')} padded={false}>
      {items.length === 0 ? (
        <EmptyState icon={CircleCheckBig} title={t('attention.none')}>
          {t('attention.noneWhat')}
        </EmptyState>
      ) : (
        <ul>
          {items.map((item) => (
            <li
              key={`${item.kind} ${item.subject} ${item.label}`}
              className="border-b border-line px-4 py-2 last:border-b-0"
            >
              <p className="flex items-center justify-between gap-3">
                <Named item={item} />
                <Badge tone="warn">{t(`kind.${item.kind}`)}</Badge>
              </p>
              {(item.detail !== null || item.at !== null) && (
                <p className="mt-0.5 flex justify-between gap-3 text-small text-muted">
                  <span className="min-w-0 wrap-anywhere">{item.detail === null ? null : say(item.detail)}</span>
                  {item.at !== null && (
                    <span className="shrink-0" title={fullMoment(item.at)}>
                      {relativeMoment(item.at, Date.now())}
                    </span>
                  )}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Named({ item: { kind, subject, label } }: { readonly item: Item }) {
  const way = pageOf[kind]?.(subject);
  if (way === undefined) return <span className="min-w-0 truncate font-medium">{label}</span>;
  return (
    <span className="min-w-0 truncate">
      <Link {...way}>{label}</Link>
    </span>
  );
}

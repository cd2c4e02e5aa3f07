import type { PriceVersionView } from '@tollgate/contract/api/configuration';
import type { PriceSheet } from '@tollgate/contract/price';
import { Badge } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Changes } from '../../components/ui/changes.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { changesOf, type Json } from '../../lib/changes.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { priced } from '../../lib/rates.ts';
import { useConditionWords } from './condition-words.ts';
import { useModelWords } from './words.ts';

/** A price as places to compare: rates with conditions by what they are called, so that one of them is one change. */
function placesOf(price: PriceSheet | null | undefined, words: ReturnType<typeof useConditionWords>): Json | undefined {
  if (!price) return undefined;
  const { rates, tiers, ...flat } = price;
  const named = [
    ...(rates ?? []).map(({ when, ...entry }) => [words(when), entry] as const),
    ...(tiers ?? []).map(({ above, ...entry }) => [words({ inputAbove: above }), entry] as const),
  ];
  // What is not set is not there, as on the wire.
  return JSON.parse(JSON.stringify({ ...flat, ...Object.fromEntries(named) })) as Json;
}

const bucketOf = new Map<string, (typeof priced)[number][0]>(priced.map(([bucket, field]) => [field, bucket]));

/** What a place of a price is called: by its bucket, where it is a rate, and when that holds. */
function nameOfField(t: ReturnType<typeof useModelWords>, path: string): string {
  const cut = path.lastIndexOf('.');
  if (cut >= 0) return `${nameOfField(t, path.slice(cut + 1))} (${path.slice(0, cut)})`;
  const bucket = bucketOf.get(path);
  if (bucket !== undefined) return t(`bucket.${bucket}`);
  if (path === 'perCall') return t('bucket.perCall');
  return path === 'expression' ? t('byExpression') : path;
}

/** Every price a model had, the newest first, each with what it changed of the one before. */
export function PriceHistory({ history }: { readonly history: readonly PriceVersionView[] }) {
  const t = useModelWords();
  const words = useConditionWords();
  const nameOf = (path: string): string => nameOfField(t, path);
  return (
    <Card title={t('history')} padded={false}>
      {history.length === 0 ? (
        <EmptyState title={t('noHistory')}>{t('noHistoryWhat')}</EmptyState>
      ) : (
        <ul>
          {history.map((version, index) => {
            const before = history[index + 1];
            return (
              <li key={version.version} className="border-b border-line px-4 py-2.5 last:border-b-0">
                <p className="mb-1 flex flex-wrap items-center gap-2 text-small text-muted">
                  <span title={fullMoment(version.createdAt)}>{relativeMoment(version.createdAt, Date.now())}</span>
                  <span>{`${version.source} ${version.asOf}`}</span>
                  {index === 0 && <Badge tone="good">{t('inForce')}</Badge>}
                  {version.free && <Badge>{t('state.free')}</Badge>}
                </p>
                <Changes
                  changes={changesOf(placesOf(before?.price, words), placesOf(version.price, words))}
                  nameOf={nameOf}
                />
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

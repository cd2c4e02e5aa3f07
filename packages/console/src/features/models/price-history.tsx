import type { PriceVersionView } from '@tollgate/contract/api/configuration';
import type { PriceSheet } from '@tollgate/contract/price';
import { Badge } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Changes } from '../../components/ui/changes.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { changesOf, type Json } from '../../lib/changes.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { priced } from '../../lib/rates.ts';
import { useModelWords } from './words.ts';

/** A price as it goes over the wire: what is not set is not there. */
const jsonOf = (price: PriceSheet | null | undefined): Json | undefined =>
  price ? (JSON.parse(JSON.stringify(price)) as Json) : undefined;

const bucketOf = new Map<string, (typeof priced)[number][0]>(priced.map(([bucket, field]) => [field, bucket]));

/** What a place of a price is called: by its bucket, where it is a rate. */
function nameOfField(t: ReturnType<typeof useModelWords>, path: string): string {
  const bucket = bucketOf.get(path);
  if (bucket !== undefined) return t(`bucket.${bucket}`);
  if (path === 'perCall') return t('bucket.perCall');
  if (path === 'expression') return t('byExpression');
  return path === 'tiers' ? t('tiers.title') : path;
}

/** Every price a model had, the newest first, each with what it changed of the one before. */
export function PriceHistory({ history }: { readonly history: readonly PriceVersionView[] }) {
  const t = useModelWords();
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
                <Changes changes={changesOf(jsonOf(before?.price), jsonOf(version.price))} nameOf={nameOf} />
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

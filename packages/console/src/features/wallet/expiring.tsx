import { Card } from '../../components/ui/card.tsx';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useWalletWords } from './words.ts';

/** Credit that ends, what ends first first; nothing where there is none. */
export function Expiring() {
  const t = useWalletWords();
  const { data } = useOperation('givenCredits.list');
  const some = (data?.data ?? []).filter(({ leftNanos }) => leftNanos !== '0');
  if (some.length === 0) return null;
  return (
    <Card title={t('expiring.title')} description={t('expiring.what')} padded={false}>
      <ul>
        {some.map(({ id, note, leftNanos, grantedNanos, expiresAt }) => (
          <li key={id} className="flex items-baseline gap-3 border-b border-line px-4 py-2 last:border-b-0">
            <span className="min-w-0 grow truncate text-small">{note || t('kind.grant')}</span>
            <span className="shrink-0 text-end">
              <span className="block tabular-nums" title={t('expiring.of', { amount: usd(BigInt(grantedNanos)) })}>
                {usd(BigInt(leftNanos))}
              </span>
              <span className="text-xs text-muted" title={fullMoment(expiresAt)}>
                {t('expiring.ends', { when: relativeMoment(expiresAt, Date.now()) })}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

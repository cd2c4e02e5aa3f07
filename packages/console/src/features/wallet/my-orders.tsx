import { Badge } from '../../components/ui/badge.tsx';
import { Button as BareButton } from '../../components/ui/bare-button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { priceText } from './price-text.ts';
import { useWalletWords } from './words.ts';

/** One's own last orders; nothing while there are none. */
export function MyOrders({ onOpen }: { readonly onOpen: (id: string) => void }) {
  const t = useWalletWords();
  const list = useOperation('orders.list', { query: { limit: 5 } });
  const orders = list.data?.data ?? [];
  if (orders.length === 0) return null;
  return (
    <Card title={t('orders')} padded={false}>
      <ul>
        {orders.map(({ id, state, creditNanos, plan, price, currency, method, createdAt }) => (
          <li key={id} className="border-b border-line last:border-b-0">
            <BareButton
              onPress={() => onOpen(id)}
              className="flex w-full items-center gap-3 px-4 py-2 text-start hover:bg-sunken"
            >
              <span className="min-w-0 grow">
                <span className="block truncate">
                  {plan === null ? t('bought', { amount: usd(BigInt(creditNanos)) }) : t('boughtPlan', { plan })}
                </span>
                <span className="block truncate text-small text-muted" title={fullMoment(createdAt)}>
                  {`${priceText(price, currency)} · ${method} · ${relativeMoment(createdAt, Date.now())}`}
                </span>
              </span>
              <Badge tone={state === 'credited' ? 'good' : state === 'failed' ? 'danger' : 'plain'}>
                {t(`stateOf.${state}`)}
              </Badge>
            </BareButton>
          </li>
        ))}
      </ul>
    </Card>
  );
}

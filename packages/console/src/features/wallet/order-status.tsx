import { useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { PaymentCode } from './payment-code.tsx';
import { CodeBlock } from '../../components/ui/code-block.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Notice, type Tone } from '../../components/ui/notice.tsx';
import type { Answer } from '../../lib/api.ts';
import { usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { priceText } from './price-text.ts';
import { useWalletWords } from './words.ts';

type Order = Answer<'orders.read'>;

const tones: Readonly<Record<Order['state'], Tone>> = {
  created: 'info',
  pending: 'info',
  paid: 'warn',
  credited: 'good',
  refunded: 'info',
  disputed: 'warn',
  expired: 'warn',
  failed: 'danger',
};

const isOpen = (order: Order | undefined): boolean =>
  order === undefined || order.state === 'created' || order.state === 'pending';

/** Follows one payment until it is credited, or is not. */
export function OrderStatus({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useWalletWords();
  const queries = useQueryClient();
  const known = queries.getQueryData<Order>(['orders.read', { params: { id } }]);
  const order = useOperation(
    'orders.read',
    { params: { id } },
    { refreshMs: isOpen(known) ? 2000 : false, freshMs: 0 },
  );
  const state = order.data?.state;
  useEffect(() => {
    if (state === undefined) return;
    for (const name of [
      'wallet.read',
      'statement.read',
      'orders.list',
      'session.read',
      'subscriptions.list',
      'plans.offers',
    ])
      void queries.invalidateQueries({ queryKey: [name] });
  }, [state, queries]);
  if (order.data === undefined) return order.error === null ? null : <Notice tone="warn" title={t('order.unread')} />;
  const { next, price, currency } = order.data;
  return (
    <div aria-live="polite">
      <Notice
        tone={tones[order.data.state]}
        title={titleOf(t, order.data)}
        aside={<IconButton size="small" icon={X} label={t('order.close')} onPress={onClose} />}
        {...(next?.kind === 'redirect' && {
          actions: (
            <Button onPress={() => window.location.assign(next.url)}>
              {t('order.again', { price: priceText(price, currency) })}
            </Button>
          ),
        })}
      >
        {next?.kind === 'instructions' ? (
          <CodeBlock label={t('order.instructions')} text={next.text} className="mt-2" />
        ) : next?.kind === 'code' ? (
          <PaymentCode text={next.text} price={priceText(price, currency)} />
        ) : order.data.plan !== null && order.data.state === 'credited' ? (
          t('order.forPlanWhat')
        ) : (
          t(`order.what.${order.data.state}`)
        )}
      </Notice>
    </div>
  );
}

const titleOf = (t: ReturnType<typeof useWalletWords>, { state, plan, creditNanos }: Order): string =>
  plan !== null && state === 'credited'
    ? t('order.forPlan', { plan })
    : t(`order.state.${state}`, { amount: usd(BigInt(creditNanos)) });

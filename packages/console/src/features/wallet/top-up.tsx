import { freshId } from '../../lib/fresh-id.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { DecimalField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useOperation } from '../../lib/operations.ts';
import { priceText } from './price-text.ts';
import { useWalletWords } from './words.ts';

type Method = Answer<'wallet.methods'>['data'][number];

const presets = ['10', '20', '50', '100'] as const;

type TopUpProps = { readonly methods: readonly Method[]; readonly onOrder: (id: string) => void };

/** Buys credit: how much, by what, for how much; then on to the payment. */
export function TopUp({ methods, onOrder }: TopUpProps) {
  const t = useWalletWords();
  const queries = useQueryClient();
  const [methodId, setMethodId] = useState(methods[0]?.id ?? '');
  const [amount, setAmount] = useState<string | null>('20');
  // One key for as long as nothing was begun: pressing twice, or again after the connection broke, is one order.
  const [key, setKey] = useState(() => freshId());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const amountUsd = amount ?? '';
  const asked = /^\d{1,9}(\.\d{1,9})?$/.test(amountUsd) && /[1-9]/.test(amountUsd);
  const quote = useOperation('wallet.quote', { query: { methodId, amountUsd } }, { enabled: asked });

  const change = (set: () => void): void => {
    set();
    setKey(freshId());
    setError(undefined);
  };
  const buy = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const order = await api.call('wallet.topUp', { body: { methodId, amountUsd, idempotencyKey: key } });
      setKey(freshId());
      await queries.invalidateQueries({ queryKey: ['orders.list'] });
      onOrder(order.id);
      if (order.next?.kind === 'redirect') window.location.assign(order.next.url);
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card title={t('buy.title')}>
      <div className="grid gap-4">
        <div role="group" aria-label={t('buy.amount')} className="grid grid-cols-4 gap-2">
          {presets.map((preset) => (
            <Button
              key={preset}
              look={amount === preset ? 'primary' : 'plain'}
              onPress={() => change(() => setAmount(preset))}
            >
              {`$${preset}`}
            </Button>
          ))}
        </div>
        <DecimalField
          label={t('buy.amount')}
          unit="USD"
          value={amount}
          onChange={(value) => change(() => setAmount(value))}
        />
        {methods.length > 1 && (
          <Select
            label={t('buy.method')}
            choices={methods.map(({ id, name }) => ({ value: id, label: name }))}
            value={methodId}
            onChange={(id) => change(() => setMethodId(id))}
          />
        )}
        {methods.length === 1 && (
          <p className="text-small text-muted">
            {t('buy.method')}: <span className="text-ink">{methods[0]?.name}</span>
          </p>
        )}
        {error !== undefined && <ErrorNotice title={t('buy.failed')} error={error} />}
        {asked && quote.error !== null && <p className="text-small text-danger">{quote.error.message}</p>}
        <Button
          look="primary"
          busy={busy}
          isDisabled={!asked || quote.data === undefined || quote.error !== null}
          onPress={() => void buy()}
        >
          {quote.data === undefined || !asked
            ? t('buy.action')
            : t('buy.pay', { price: priceText(quote.data.price, quote.data.currency) })}
        </Button>
        {quote.data !== undefined && quote.data.percentOff > 0 && (
          <p className="text-small text-good">{t('buy.off', { percent: quote.data.percentOff })}</p>
        )}
      </div>
    </Card>
  );
}

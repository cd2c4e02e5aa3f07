import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { Select } from '../../components/ui/select.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { usdOf } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { priceWords, usePlanWords } from '../../lib/plan-terms.ts';

type TakeOfferProps = {
  readonly offer: Answer<'plans.offers'>['data'][number];
  /** Pressing twice, or again after the connection broke, is one subscription and one order. */
  readonly idempotencyKey: string;
  readonly onClose: () => void;
  readonly onChanged: () => void;
};

/** Subscribes to a plan: out of the wallet, or its first term by a payment provider. */
export function TakeOffer({ offer, idempotencyKey, onClose, onChanged }: TakeOfferProps) {
  const t = usePlanWords();
  const navigate = useNavigate();
  const [methodId, setMethodId] = useState('');
  const [saveCard, setSaveCard] = useState(false);
  const methods = useOperation('wallet.methods');
  const quote = useOperation(
    'wallet.quotePlan',
    { query: { planId: offer.id, methodId } },
    { enabled: methodId !== '' },
  );
  // A trial, and what is free, need no payment.
  const payable = offer.trialDays > 0 || !/[1-9]/.test(offer.priceUsd) ? [] : (methods.data?.data ?? []);
  const saves = payable.find(({ id }) => id === methodId)?.savesCards === true;
  const take = async (): Promise<void> => {
    if (methodId === '') {
      await api.call('wallet.subscribe', { body: { planId: offer.id, idempotencyKey } });
      onChanged();
      return;
    }
    const order = await api.call('wallet.orderPlan', {
      body: { planId: offer.id, methodId, idempotencyKey, saveCard: saves && saveCard },
    });
    if (order.next?.kind === 'redirect') window.location.assign(order.next.url);
    else await navigate({ to: '/wallet', search: { order: order.id } });
  };
  return (
    <ConfirmDialog open onClose={onClose} danger={false} title={offer.name} action={t('offers.take')} onConfirm={take}>
      <div className="grid gap-4">
        <p>
          {methodId !== '' && quote.data !== undefined
            ? t(saves && saveCard ? 'offers.sureByCard' : 'offers.sureBy', {
                price: `${quote.data.price} ${quote.data.currency}`,
                terms: priceWords(t, offer),
              })
            : t(offer.trialDays > 0 ? 'offers.sureTrial' : 'offers.sure', {
                price: usdOf(offer.priceUsd),
                terms: priceWords(t, offer),
                count: offer.trialDays,
              })}
        </p>
        {payable.length > 0 && (
          <Select
            label={t('offers.payBy')}
            choices={[
              { value: '', label: t('offers.wallet') },
              ...payable.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={methodId}
            onChange={setMethodId}
          />
        )}
        {saves && <Switch label={t('offers.saveCard')} value={saveCard} onChange={setSaveCard} />}
      </div>
    </ConfirmDialog>
  );
}

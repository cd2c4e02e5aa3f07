import { useState } from 'react';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { DecimalField } from '../../components/ui/number-field.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { creditTaken, refundable } from './refund-effect.ts';
import { useSaleWords } from './words.ts';

type Order = Answer<'orders.list'>['data'][number];

type RefundDialogProps = {
  readonly order: Order | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

/** Gives money of an order back: how much, why, and what that does to the wallet. */
export function RefundDialog({ order, onClose, onDone }: RefundDialogProps) {
  return order === undefined ? null : <Asked key={order.id} order={order} onClose={onClose} onDone={onDone} />;
}

type AskedProps = RefundDialogProps & { readonly order: Order };

function Asked({ order, onClose, onDone }: AskedProps) {
  const t = useSaleWords();
  const all = refundable(order);
  const [amount, setAmount] = useState<string | null>(all);
  const [note, setNote] = useState('');
  const buyer = useOperation('users.read', { params: { id: order.userId } });
  const taken = creditTaken(order, amount ?? '');
  const balance = buyer.data?.balanceNanos;
  const after = taken === undefined || balance === undefined || balance === null ? undefined : BigInt(balance) - taken;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('orders.refundTitle')}
      action={t('orders.refund')}
      onConfirm={async () => {
        await api.call('orders.refund', {
          params: { id: order.id },
          // All that is left, even if it is more or less by now than it was when this was opened.
          body: { note, ...(amount !== null && amount !== all && { amount }) },
        });
        onDone();
      }}
    >
      <div className="grid gap-4">
        <p>{t('orders.refundWhat', { price: `${all} ${order.currency}`, method: order.method })}</p>
        <DecimalField label={t('orders.refundAmount')} unit={order.currency} value={amount} onChange={setAmount} />
        <TextField label={t('orders.refundNote')} value={note} onChange={setNote} maxLength={300} />
        {taken !== undefined && order.state === 'credited' && (
          <Notice
            tone={after !== undefined && after < 0n ? 'warn' : 'info'}
            title={t('orders.refundTakes', { amount: usd(taken) })}
          >
            {after !== undefined &&
              (after < 0n
                ? t('orders.refundDebt', { balance: usd(BigInt(balance ?? 0)), after: usd(after) })
                : t('orders.refundLeaves', { balance: usd(BigInt(balance ?? 0)), after: usd(after) }))}
          </Notice>
        )}
      </div>
    </ConfirmDialog>
  );
}

import { autoTopUpInputSchema } from '@tollgate/contract/api/cards';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormActions } from '../../components/form/form-actions.tsx';
import { FormDecimal, FormSelect } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api, type Answer } from '../../lib/api.ts';
import { cardText } from '../../lib/card-text.ts';
import { usdOf } from '../../lib/money.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useWalletWords } from './words.ts';

type SavedCard = Answer<'wallet.cards'>['data'][number];
type Setting = NonNullable<Answer<'wallet.autoTopUp'>['autoTopUp']>;

/** Whether and how the wallet is topped up by a saved card, and how much of its bound is used. */
export function AutoTopUp({ cards }: { readonly cards: readonly SavedCard[] }) {
  const t = useWalletWords();
  const { data } = useOperation('wallet.autoTopUp', undefined, { refreshMs: 30_000 });
  const [open, setOpen] = useState(false);
  const stop = useAction('wallet.stopAutoTopUp', { invalidates: ['wallet.autoTopUp'], failed: t('auto.notStopped') });
  const one = data?.autoTopUp;
  if (data === undefined || (cards.length === 0 && one?.enabled !== true)) return null;
  return (
    <section aria-label={t('auto.title')} className="grid gap-2 border-t border-line pt-3">
      <h3 className="flex items-center justify-between gap-2 text-small font-medium">
        {t('auto.title')}
        <Badge tone={one?.enabled === true ? 'good' : 'plain'}>
          {one?.enabled === true ? t('auto.on') : t('auto.off')}
        </Badge>
      </h3>
      {one?.enabled === true ? <Terms one={one} /> : <p className="text-small text-muted">{t('auto.what')}</p>}
      {one?.enabled === false && one.stopped !== null && (
        <Notice tone="warn" title={t('auto.stopped')}>
          {one.stopped}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => setOpen(true)} isDisabled={cards.length === 0}>
          {one?.enabled === true ? t('auto.change') : t('auto.setUp')}
        </Button>
        {one?.enabled === true && (
          <Button busy={stop.busy} onPress={() => void stop.run({})}>
            {t('auto.stop')}
          </Button>
        )}
      </div>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('auto.title')} description={t('auto.what')}>
        {open && <SetUp cards={cards} one={one ?? undefined} onClose={() => setOpen(false)} />}
      </Dialog>
    </section>
  );
}

function Terms({ one }: { readonly one: Setting }) {
  const t = useWalletWords();
  return (
    <>
      <p>{t('auto.terms', { below: usdOf(one.belowUsd), amount: usdOf(one.amountUsd), card: one.card })}</p>
      <p className="text-small text-muted tabular-nums">
        {t('auto.month', { bought: usdOf(one.boughtUsd), most: usdOf(one.monthlyUsd) })}
      </p>
    </>
  );
}

type SetUpProps = {
  readonly cards: readonly SavedCard[];
  readonly one: Setting | undefined;
  readonly onClose: () => void;
};

/** What is chosen is a card; its method goes with it. */
const formSchema = autoTopUpInputSchema.omit({ methodId: true });

function SetUp({ cards, one, onClose }: SetUpProps) {
  const t = useWalletWords();
  const queries = useQueryClient();
  const known = cards.find(({ id }) => id === one?.cardId) ?? cards[0];
  const form = useSchemaForm({
    schema: formSchema,
    values: {
      cardId: known?.id ?? '',
      belowUsd: one?.belowUsd ?? '5',
      amountUsd: one?.amountUsd ?? '20',
      monthlyUsd: one?.monthlyUsd ?? '100',
    },
    messages: { belowUsd: t('auto.needed'), amountUsd: t('auto.needed'), monthlyUsd: t('auto.needed') },
    send: async (body) => {
      const methodId = cards.find(({ id }) => id === body.cardId)?.methodId ?? '';
      await api.call('wallet.setAutoTopUp', { body: { ...body, methodId } });
      await queries.invalidateQueries({ queryKey: ['wallet.autoTopUp'] });
      showToast({ title: t('auto.done') });
      onClose();
    },
  });
  return (
    <Form form={form} failed={t('auto.failed')} label={t('auto.title')}>
      <FormSelect
        form={form}
        name="cardId"
        label={t('auto.card')}
        choices={cards.map((card) => ({ value: card.id, label: cardText(card) }))}
      />
      <FormDecimal form={form} name="belowUsd" label={t('auto.below')} unit="USD" required />
      <FormDecimal form={form} name="amountUsd" label={t('auto.amount')} unit="USD" required />
      <FormDecimal
        form={form}
        name="monthlyUsd"
        label={t('auto.monthly')}
        help={t('auto.monthlyHelp')}
        unit="USD"
        required
      />
      <FormActions onCancel={onClose} action={t('auto.save')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

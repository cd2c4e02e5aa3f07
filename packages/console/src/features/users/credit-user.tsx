import { freshId } from '../../lib/fresh-id.ts';
import { creditInputSchema, type UserView } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDecimal, FormRadios, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Dialog } from '../../components/ui/dialog.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { usd, usdOf } from '../../lib/money.ts';
import { z } from '../../lib/zod.ts';
import { useUserWords } from './words.ts';

type CreditProps = { readonly user: UserView | undefined; readonly onClose: () => void };

/** Puts money into a wallet or takes some out, with a note in the books. */
export function CreditUser({ user, onClose }: CreditProps) {
  const t = useUserWords();
  return (
    <Dialog open={user !== undefined} onClose={onClose} title={t('credit.title')} description={user?.email}>
      {user !== undefined && <CreditForm user={user} onClose={onClose} />}
    </Dialog>
  );
}

const entrySchema = z.object({
  ...creditInputSchema.pick({ note: true }).shape,
  amount: z.string().regex(/^\d{1,12}(?:\.\d{1,9})?$/),
  way: z.enum(['credit', 'debit']),
  /** The last day of what is given for a while; empty for good. */
  until: z.union([z.literal(''), z.iso.date()]),
});

function CreditForm({ user, onClose }: { readonly user: UserView; readonly onClose: () => void }) {
  const t = useUserWords();
  const queries = useQueryClient();
  // One key for as long as the dialog is open: pressing twice, or again after the connection broke, moves the money once.
  const [idempotencyKey] = useState(() => freshId());
  const form = useSchemaForm({
    schema: entrySchema,
    values: { amount: '', note: '', way: 'credit', until: '' },
    messages: { amount: t('credit.amountForm') },
    send: async ({ amount, note, way, until }) => {
      const { balanceNanos } = await api.call('users.credit', {
        params: { id: user.id },
        body: {
          amountUsd: way === 'debit' ? `-${amount}` : amount,
          note,
          idempotencyKey,
          ...(way === 'credit' && until !== '' && { expiresAt: new Date(`${until}T23:59:59`).getTime() }),
        },
      });
      for (const name of ['users.list', 'users.read', 'session.read', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      showToast({
        title: t(way === 'debit' ? 'credit.wasDebited' : 'credit.wasCredited', { amount: usdOf(amount) }),
        detail: t('credit.now', { balance: usd(BigInt(balanceNanos)) }),
      });
      onClose();
    },
  });
  return (
    <Form form={form} failed={t('credit.failed')} label={t('credit.title')}>
      <FormRadios
        form={form}
        name="way"
        label={t('credit.way')}
        choices={[
          { value: 'credit', label: t('credit.in') },
          { value: 'debit', label: t('credit.out') },
        ]}
      />
      <FormDecimal form={form} name="amount" label={t('credit.amount')} unit="USD" />
      {form.watch('way') === 'credit' && (
        <FormText form={form} name="until" type="date" label={t('credit.until')} help={t('credit.untilHelp')} />
      )}
      <FormText form={form} name="note" label={t('credit.note')} help={t('credit.noteHelp')} maxLength={500} />
      <FormActions onCancel={onClose} action={t('credit.action')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

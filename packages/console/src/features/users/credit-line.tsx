import { creditLineInputSchema, type UserView } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { FormDecimal, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Dialog } from '../../components/ui/dialog.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { usdOf } from '../../lib/money.ts';
import { useUserWords } from './words.ts';

type LineProps = { readonly user: UserView | undefined; readonly onClose: () => void };

/** Sets how far below zero usage may take a wallet, with a reason. */
export function CreditLine({ user, onClose }: LineProps) {
  const t = useUserWords();
  return (
    <Dialog open={user !== undefined} onClose={onClose} title={t('line.title')} description={t('line.what')}>
      {user !== undefined && <LineForm user={user} onClose={onClose} />}
    </Dialog>
  );
}

function LineForm({ user, onClose }: { readonly user: UserView; readonly onClose: () => void }) {
  const t = useUserWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: creditLineInputSchema,
    values: { amountUsd: '', reason: '' },
    messages: { amountUsd: t('credit.amountForm'), reason: t('line.reasonNeeded') },
    send: async (body) => {
      await api.call('users.setCreditLine', { params: { id: user.id }, body });
      for (const name of ['users.list', 'users.read', 'wallet.read', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      showToast({ title: t('line.done', { amount: usdOf(body.amountUsd) }) });
      onClose();
    },
  });
  return (
    <Form form={form} failed={t('line.failed')} label={t('line.title')}>
      <FormDecimal form={form} name="amountUsd" label={t('line.amount')} help={t('line.none')} unit="USD" required />
      <FormText form={form} name="reason" label={t('line.reason')} maxLength={500} required />
      <FormActions onCancel={onClose} action={t('line.title')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

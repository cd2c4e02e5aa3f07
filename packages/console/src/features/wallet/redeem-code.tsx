import { redeemInputSchema } from '@tollgate/contract/api/redemption';
import { useQueryClient } from '@tanstack/react-query';
import { FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { usd } from '../../lib/money.ts';
import { useWalletWords } from './words.ts';

/** Turns a code into balance. */
export function RedeemCode() {
  const t = useWalletWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: redeemInputSchema,
    values: { code: '' },
    messages: { code: t('redeem.needed') },
    send: async ({ code }) => {
      const { amountNanos, balanceNanos } = await api.call('wallet.redeem', { body: { code } });
      for (const name of ['wallet.read', 'statement.read', 'session.read'])
        await queries.invalidateQueries({ queryKey: [name] });
      form.reset({ code: '' });
      showToast({
        title: t('redeem.done', { amount: usd(BigInt(amountNanos)) }),
        detail: t('redeem.now', { balance: usd(BigInt(balanceNanos)) }),
      });
    },
  });
  return (
    <Card title={t('redeem.title')}>
      <Form form={form} failed={t('redeem.failed')} label={t('redeem.title')}>
        <FormText form={form} name="code" label={t('redeem.code')} maxLength={200} autoComplete="off" code />
        <div>
          <Button look="primary" type="submit" busy={form.formState.isSubmitting}>
            {t('redeem.action')}
          </Button>
        </div>
      </Form>
    </Card>
  );
}

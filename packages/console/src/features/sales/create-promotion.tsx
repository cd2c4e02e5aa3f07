import { promotionInputSchema } from '@tollgate/contract/api/promotions';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormActions } from '../../components/form/form-actions.tsx';
import { FormDecimal, FormSelect, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Dialog } from '../../components/ui/dialog.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { count } from '../../lib/format.ts';
import { freshId } from '../../lib/fresh-id.ts';
import { usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { z } from '../../lib/zod.ts';
import { promotionFilter } from './promotion-filter.ts';
import { useSaleWords } from './words.ts';

const day = 86_400_000;

/** What people enter: the contract's own fields, and moments as distances. */
const entrySchema = z.object({
  ...promotionInputSchema.pick({ name: true, amountUsd: true }).shape,
  balanceBelowUsd: promotionInputSchema.shape.filter.shape.balanceBelowUsd.unwrap(),
  group: z.string(),
  bought: z.enum(['any', 'yes', 'no']),
  signedUp: z.enum(['any', 'new', 'old']),
  expiresIn: z.enum(['7', '30', '90']),
});

type CreatePromotionProps = { readonly open: boolean; readonly onClose: () => void };

/** Gives credit to many, after it was seen to how many. */
export function CreatePromotion({ open, onClose }: CreatePromotionProps) {
  const t = useSaleWords();
  return (
    <Dialog open={open} onClose={onClose} title={t('promotions.create')} description={t('promotions.what')}>
      {open && <PromotionForm onClose={onClose} />}
    </Dialog>
  );
}

function PromotionForm({ onClose }: { readonly onClose: () => void }) {
  const t = useSaleWords();
  const queries = useQueryClient();
  const groups = useOperation('groups.list');
  // One key and one moment for as long as the form is open: sending it twice is one promotion.
  const [{ idempotencyKey, now }] = useState(() => ({ idempotencyKey: freshId(), now: Date.now() }));
  const form = useSchemaForm({
    schema: entrySchema,
    values: {
      name: '',
      amountUsd: '5',
      balanceBelowUsd: null,
      group: '',
      bought: 'any',
      signedUp: 'any',
      expiresIn: '30',
    },
    messages: { name: t('promotions.nameNeeded'), amountUsd: t('promotions.amountForm') },
    send: async ({ name, amountUsd, expiresIn, ...entered }) => {
      const filter = promotionFilter(entered, now);
      const expiresAt = now + Number(expiresIn) * day;
      await api.call('promotions.create', { body: { name, amountUsd, expiresAt, filter, idempotencyKey } });
      await queries.invalidateQueries({ queryKey: ['promotions.list'] });
      showToast({ title: t('promotions.begun') });
      onClose();
    },
  });
  const entered = form.watch();
  const body = { amountUsd: entered.amountUsd, filter: promotionFilter(entered, now) };
  const asked = entrySchema.safeParse({ ...entered, name: 'any' }).success;
  const preview = useOperation('promotions.preview', { body }, { enabled: asked, keep: true });
  return (
    <Form form={form} failed={t('promotions.failed')} label={t('promotions.create')}>
      <FormText
        form={form}
        name="name"
        label={t('promotions.name')}
        help={t('promotions.nameHelp')}
        required
        autoFocus
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <FormDecimal form={form} name="amountUsd" label={t('promotions.amount')} unit="USD" required />
        <FormSelect
          form={form}
          name="expiresIn"
          label={t('promotions.expires')}
          choices={(['7', '30', '90'] as const).map((days) => ({
            value: days,
            label: t('create.days', { count: Number(days) }),
          }))}
        />
        <FormSelect
          form={form}
          name="group"
          label={t('promotions.group')}
          choices={[
            { value: '', label: t('codes.everybody') },
            ...(groups.data?.data ?? []).map(({ name }) => ({ value: name, label: name })),
          ]}
        />
        <FormSelect
          form={form}
          name="bought"
          label={t('promotions.bought')}
          choices={(['any', 'yes', 'no'] as const).map((value) => ({
            value,
            label: t(`promotions.boughtIs.${value}`),
          }))}
        />
        <FormSelect
          form={form}
          name="signedUp"
          label={t('promotions.signedUp')}
          choices={(['any', 'new', 'old'] as const).map((value) => ({
            value,
            label: t(`promotions.signedUpIs.${value}`),
          }))}
        />
        <FormDecimal form={form} name="balanceBelowUsd" label={t('promotions.balanceBelow')} unit="USD" />
      </div>
      {asked && preview.data !== undefined && (
        <Notice
          tone="info"
          title={t('promotions.preview', {
            accounts: count(preview.data.accounts),
            sum: usd(BigInt(preview.data.totalNanos)),
          })}
        />
      )}
      <FormActions
        onCancel={onClose}
        action={t('promotions.submit')}
        busy={form.formState.isSubmitting}
        ready={preview.data !== undefined && preview.data.accounts > 0}
      />
    </Form>
  );
}

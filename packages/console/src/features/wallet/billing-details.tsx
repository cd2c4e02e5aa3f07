import { billingDetailsSchema } from '@tollgate/contract/api/invoices';
import { useQueryClient } from '@tanstack/react-query';
import { FormText, FormTextArea } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { useInvoiceWords } from '../../components/invoices/words.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api, type Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';

type Details = Answer<'billingDetails.read'>;

/** Whom invoices from now on are made out to. */
export function BillingDetails() {
  const t = useInvoiceWords();
  const { data, error, refetch } = useOperation('billingDetails.read');
  return (
    <Card title={t('details.title')}>
      {data !== undefined ? (
        <DetailsForm details={data} />
      ) : error === null ? (
        <SkeletonRows rows={5} />
      ) : (
        <ErrorState title={t('details.unread')} error={error} onRetry={() => void refetch()} />
      )}
    </Card>
  );
}

function DetailsForm({ details }: { readonly details: Details }) {
  const t = useInvoiceWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: billingDetailsSchema,
    values: details,
    messages: { country: t('details.countryWrong') },
    send: async (body) => {
      const saved = await api.call('billingDetails.update', { body });
      queries.setQueryData(['billingDetails.read'], saved);
      form.reset(saved);
      showToast({ title: t('details.saved') });
    },
  });
  return (
    <Form form={form} failed={t('details.failed')} label={t('details.title')}>
      <p className="text-small text-muted">{t('details.what')}</p>
      <FormText form={form} name="name" label={t('details.name')} maxLength={200} autoComplete="organization" />
      <FormTextArea form={form} name="address" label={t('details.address')} rows={3} />
      <FormText form={form} name="country" label={t('details.country')} maxLength={2} autoComplete="country" />
      <FormText form={form} name="taxId" label={t('details.taxId')} maxLength={40} autoComplete="off" />
      <FormText form={form} name="email" label={t('details.email')} maxLength={200} autoComplete="email" />
      <div>
        <Button look="primary" type="submit" busy={form.formState.isSubmitting}>
          {t('details.save')}
        </Button>
      </div>
    </Form>
  );
}

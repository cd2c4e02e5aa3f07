import { codeBatchInputSchema } from '@tollgate/contract/api/redemption';
import { FormDecimal, FormNumber, FormSelect, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { api, type Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { z } from '../../lib/zod.ts';
import { NewCodes } from './new-codes.tsx';
import { useSaleWords } from './words.ts';

const day = 86_400_000;

/** What people enter: the contract's own fields, and the end as a distance instead of a moment. */
const entrySchema = z.object({
  ...codeBatchInputSchema.pick({
    name: true,
    amountUsd: true,
    count: true,
    prefix: true,
    usesPerCode: true,
    usesPerPerson: true,
  }).shape,
  group: z.string(),
  expiresIn: z.enum(['never', '30', '90', '365']),
});

type CreateBatchProps = { readonly open: boolean; readonly onClose: () => void; readonly onCreated: () => void };

/** Makes a batch, and then shows its codes, the only time there is. */
export function CreateBatch({ open, onClose, onCreated }: CreateBatchProps) {
  const t = useSaleWords();
  return (
    <ShownOnce<Answer<'codeBatches.create'>>
      open={open}
      onClose={onClose}
      title={t('create.title')}
      titleOf={({ name }) => t('create.ready', { name })}
      done={t('create.done')}
      ask={({ made, close }) => (
        <BatchForm
          onCancel={close}
          onCreated={(batch) => {
            made(batch);
            onCreated();
          }}
        />
      )}
    >
      {(batch) => <NewCodes batch={batch} />}
    </ShownOnce>
  );
}

type BatchFormProps = {
  readonly onCancel: () => void;
  readonly onCreated: (batch: Answer<'codeBatches.create'>) => void;
};

function BatchForm({ onCancel, onCreated }: BatchFormProps) {
  const t = useSaleWords();
  const groups = useOperation('groups.list');
  const form = useSchemaForm({
    schema: entrySchema,
    values: {
      name: '',
      amountUsd: '',
      count: 10,
      prefix: '',
      usesPerCode: 1,
      usesPerPerson: 1,
      group: '',
      expiresIn: 'never',
    },
    messages: { name: t('create.nameNeeded'), amountUsd: t('create.amountForm'), prefix: t('create.prefixForm') },
    send: async ({ expiresIn, group, ...rest }) => {
      const expiresAt = expiresIn === 'never' ? null : Date.now() + Number(expiresIn) * day;
      onCreated(await api.call('codeBatches.create', { body: { ...rest, group: group || null, expiresAt } }));
    },
  });
  return (
    <Form form={form} failed={t('create.failed')} label={t('create.title')}>
      <FormText
        form={form}
        name="name"
        label={t('create.name')}
        help={t('create.nameHelp')}
        maxLength={100}
        required
        autoFocus
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <FormDecimal form={form} name="amountUsd" label={t('create.amount')} unit="USD" />
        <FormNumber form={form} name="count" label={t('create.count')} />
        <FormNumber form={form} name="usesPerCode" label={t('create.usesPerCode')} />
        <FormNumber form={form} name="usesPerPerson" label={t('create.usesPerPerson')} />
        <FormText form={form} name="prefix" label={t('create.prefix')} maxLength={12} code />
        <FormSelect
          form={form}
          name="expiresIn"
          label={t('codes.expires')}
          choices={[
            { value: 'never', label: t('create.never') },
            { value: '30', label: t('create.days', { count: 30 }) },
            { value: '90', label: t('create.days', { count: 90 }) },
            { value: '365', label: t('create.year') },
          ]}
        />
      </div>
      <FormSelect
        form={form}
        name="group"
        label={t('create.group')}
        choices={[
          { value: '', label: t('codes.everybody') },
          ...(groups.data?.data ?? []).map(({ name }) => ({ value: name, label: name })),
        ]}
      />
      <FormActions onCancel={onCancel} action={t('create.submit')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

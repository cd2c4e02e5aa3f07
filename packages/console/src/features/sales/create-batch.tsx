import { codeBatchInputSchema } from '@tollgate/contract/api/redemption';
import { useState } from 'react';
import { FormDecimal, FormNumber, FormSelect, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
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
  const [made, setMade] = useState<Answer<'codeBatches.create'>>();
  const close = (): void => {
    setMade(undefined);
    onClose();
  };
  return (
    <Drawer
      open={open}
      onClose={close}
      title={made === undefined ? t('create.title') : t('create.ready', { name: made.name })}
      // The codes would be lost by a click beside them.
      dismissable={made === undefined}
      {...(made !== undefined && {
        actions: (
          <Button look="primary" onPress={close}>
            {t('create.done')}
          </Button>
        ),
      })}
    >
      {made === undefined ? (
        <BatchForm
          onCancel={close}
          onCreated={(batch) => {
            setMade(batch);
            onCreated();
          }}
        />
      ) : (
        <NewCodes batch={made} />
      )}
    </Drawer>
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
      <div className="flex justify-end gap-2 pt-2">
        <Button onPress={onCancel}>{t('create.cancel')}</Button>
        <Button look="primary" type="submit" busy={form.formState.isSubmitting}>
          {t('create.submit')}
        </Button>
      </div>
    </Form>
  );
}

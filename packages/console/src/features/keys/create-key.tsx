import { keyInputSchema } from '@tollgate/contract/api/keys';
import { useState } from 'react';
import { FormCheckbox, FormDecimal, FormSelect, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { z } from '../../lib/zod.ts';
import { NewKey } from './new-key.tsx';
import { useKeyWords } from './words.ts';

const day = 86_400_000;

/** What people enter: the contract's own fields, and an expiry as a distance instead of a moment. */
const entrySchema = z.object({
  ...keyInputSchema.pick({ name: true, limitUsd: true, strictConversion: true }).shape,
  expiresIn: z.enum(['never', '30', '90', '365']),
});

type CreateKeyProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
};

/** Makes a key, and then shows its text, the only time there is. */
export function CreateKey({ open, onClose, onCreated }: CreateKeyProps) {
  const t = useKeyWords();
  const [fresh, setFresh] = useState<Answer<'keys.create'>>();
  const close = (): void => {
    setFresh(undefined);
    onClose();
  };
  return (
    <Drawer
      open={open}
      onClose={close}
      title={fresh === undefined ? t('create.title') : t('new.title', { name: fresh.name })}
      // Its text would be lost by a click beside it.
      dismissable={fresh === undefined}
      {...(fresh !== undefined && {
        actions: (
          <Button look="primary" onPress={close}>
            {t('new.done')}
          </Button>
        ),
      })}
    >
      {fresh === undefined ? (
        <CreateForm
          onCancel={close}
          onCreated={(key) => {
            setFresh(key);
            onCreated();
          }}
        />
      ) : (
        <NewKey secret={fresh.key} />
      )}
    </Drawer>
  );
}

type CreateFormProps = { readonly onCancel: () => void; readonly onCreated: (key: Answer<'keys.create'>) => void };

function CreateForm({ onCancel, onCreated }: CreateFormProps) {
  const t = useKeyWords();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { name: '', limitUsd: null, strictConversion: false, expiresIn: 'never' },
    messages: { name: t('create.nameNeeded'), limitUsd: t('create.limitForm') },
    send: async ({ expiresIn, ...rest }) => {
      const expiresAt = expiresIn === 'never' ? null : Date.now() + Number(expiresIn) * day;
      onCreated(await api.call('keys.create', { body: { ...rest, expiresAt } }));
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
        autoComplete="off"
        required
        autoFocus
      />
      <FormDecimal form={form} name="limitUsd" label={t('create.limit')} help={t('create.limitHelp')} />
      <FormSelect
        form={form}
        name="expiresIn"
        label={t('create.expires')}
        help={t('create.expiresHelp')}
        choices={[
          { value: 'never', label: t('create.never') },
          { value: '30', label: t('create.days', { count: 30 }) },
          { value: '90', label: t('create.days', { count: 90 }) },
          { value: '365', label: t('create.year') },
        ]}
      />
      <FormCheckbox form={form} name="strictConversion" label={t('strict')} help={t('create.strictHelp')} />
      <div className="flex justify-end gap-2 pt-2">
        <Button onPress={onCancel}>{t('create.cancel')}</Button>
        <Button look="primary" type="submit" busy={form.formState.isSubmitting}>
          {t('create.submit')}
        </Button>
      </div>
    </Form>
  );
}

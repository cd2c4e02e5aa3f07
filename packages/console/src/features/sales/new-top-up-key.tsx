import { topUpKeyInputSchema } from '@tollgate/contract/api/top-ups';
import { FormDecimal, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Secret } from '../../components/snippets/secret.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { api } from '../../lib/api.ts';
import { useSaleWords } from './words.ts';

type NewTopUpKeyProps = { readonly open: boolean; readonly onClose: () => void; readonly onCreated: () => void };

const entrySchema = topUpKeyInputSchema.pick({ name: true, maximumUsd: true });

/** Makes a key, and then shows its secret, the only time there is. */
export function NewTopUpKey({ open, onClose, onCreated }: NewTopUpKeyProps) {
  const t = useSaleWords();
  return (
    <ShownOnce<string>
      open={open}
      onClose={onClose}
      look="dialog"
      title={t('topUps.create')}
      done={t('topUps.copied')}
      ask={({ made, close }) => (
        <CreateForm
          onCancel={close}
          onCreated={(secret) => {
            onCreated();
            made(secret);
          }}
        />
      )}
    >
      {(secret) => (
        <div className="grid gap-3">
          <Notice tone="good" title={t('topUps.copyNow')} />
          <Secret text={secret} what={t('topUps.theSecret')} />
        </div>
      )}
    </ShownOnce>
  );
}

type CreateFormProps = { readonly onCancel: () => void; readonly onCreated: (secret: string) => void };

function CreateForm({ onCancel, onCreated }: CreateFormProps) {
  const t = useSaleWords();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { name: '', maximumUsd: '1000' },
    send: async (body) => onCreated((await api.call('topUpKeys.create', { body })).secret),
  });
  return (
    <Form form={form} failed={t('topUps.notSaved')} label={t('topUps.create')}>
      <FormText
        form={form}
        name="name"
        label={t('topUps.name')}
        maxLength={100}
        autoComplete="off"
        required
        autoFocus
      />
      <FormDecimal form={form} name="maximumUsd" label={t('topUps.maximum')} unit="USD" />
      <FormActions onCancel={onCancel} action={t('topUps.create')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

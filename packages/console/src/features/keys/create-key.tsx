import { useState } from 'react';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Segmented } from '../../components/ui/segmented.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { emptyEntry, keyEntrySchema, presets, sentOf, withPreset, type Preset } from './key-entry.ts';
import { KeyFields, KeyName } from './key-fields.tsx';
import { NewKey } from './new-key.tsx';
import { useKeyWords } from './words.ts';

type CreateKeyProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
};

/** Makes a key, and then shows its text, the only time there is. */
export function CreateKey({ open, onClose, onCreated }: CreateKeyProps) {
  const t = useKeyWords();
  return (
    <ShownOnce<Answer<'keys.create'>>
      open={open}
      onClose={onClose}
      look="wide drawer"
      title={t('create.title')}
      titleOf={({ name }) => t('new.title', { name })}
      done={t('new.done')}
      ask={({ made, close }) => (
        <CreateForm
          onCancel={close}
          onCreated={(key) => {
            made(key);
            onCreated();
          }}
        />
      )}
    >
      {({ key }) => <NewKey secret={key} />}
    </ShownOnce>
  );
}

type CreateFormProps = { readonly onCancel: () => void; readonly onCreated: (key: Answer<'keys.create'>) => void };

function CreateForm({ onCancel, onCreated }: CreateFormProps) {
  const t = useKeyWords();
  const [preset, setPreset] = useState<Preset>('blank');
  const form = useSchemaForm({
    schema: keyEntrySchema,
    values: emptyEntry,
    messages: { name: t('create.nameNeeded'), limitUsd: t('create.limitForm') },
    send: async (entry) => {
      onCreated(await api.call('keys.create', { body: sentOf(entry, Date.now()) }));
    },
  });
  const choose = (next: Preset): void => {
    setPreset(next);
    form.reset(withPreset(form.getValues(), next), { keepDirty: true });
  };
  return (
    <Form form={form} failed={t('create.failed')} label={t('create.title')}>
      <KeyName form={form} autoFocus />
      <div className="grid gap-1.5">
        <p className="text-small font-medium">{t('preset.label')}</p>
        <div>
          <Segmented
            label={t('preset.label')}
            value={preset}
            onChange={choose}
            segments={(Object.keys(presets) as Preset[]).map((value) => ({ value, label: t(`preset.${value}`) }))}
          />
        </div>
      </div>
      <KeyFields form={form} existing={false} />
      <FormActions onCancel={onCancel} action={t('create.submit')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

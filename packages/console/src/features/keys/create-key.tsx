import { useState } from 'react';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { NumberField } from '../../components/ui/number-field.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { emptyEntry, keyEntrySchema, presets, sentOf, withPreset, type Preset } from './key-entry.ts';
import { KeyFields, KeyName } from './key-fields.tsx';
import { NewKeys } from './many/new-keys.tsx';
import { NewKey } from './new-key.tsx';
import { useKeyWords } from './words.ts';

/** Keys that were just made. */
type Fresh = Answer<'keys.createMany'>['data'];

type CreateKeyProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
};

/** Makes a key, and then shows its text, the only time there is. */
export function CreateKey({ open, onClose, onCreated }: CreateKeyProps) {
  const t = useKeyWords();
  return (
    <ShownOnce<Fresh>
      open={open}
      onClose={onClose}
      look="wide drawer"
      title={t('create.title')}
      titleOf={(keys) =>
        keys.length === 1 ? t('new.title', { name: keys[0]?.name ?? '' }) : t('many.ready', { count: keys.length })
      }
      done={t('new.done')}
      ask={({ made, close }) => (
        <CreateForm
          onCancel={close}
          onCreated={(keys) => {
            made(keys);
            onCreated();
          }}
        />
      )}
    >
      {(keys) => {
        const [first] = keys;
        return keys.length === 1 && first !== undefined ? (
          <NewKey secret={first.key} keyId={first.id} />
        ) : (
          <NewKeys keys={keys} />
        );
      }}
    </ShownOnce>
  );
}

type CreateFormProps = { readonly onCancel: () => void; readonly onCreated: (keys: Fresh) => void };

function CreateForm({ onCancel, onCreated }: CreateFormProps) {
  const t = useKeyWords();
  const [count, setCount] = useState(1);
  const [preset, setPreset] = useState<Preset>('blank');
  const form = useSchemaForm({
    schema: keyEntrySchema,
    values: emptyEntry,
    messages: { name: t('create.nameNeeded'), limitUsd: t('create.limitForm') },
    send: async (entry) => {
      const body = sentOf(entry, Date.now());
      onCreated(
        count === 1
          ? [await api.call('keys.create', { body })]
          : (await api.call('keys.createMany', { body: { ...body, count } })).data,
      );
    },
  });
  const choose = (next: Preset): void => {
    setPreset(next);
    form.reset(withPreset(form.getValues(), next), { keepDirty: true });
  };
  return (
    <Form form={form} failed={t('create.failed')} label={t('create.title')}>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_8rem]">
        <KeyName form={form} autoFocus help={count === 1 ? undefined : t('many.nameHelp')} />
        <NumberField label={t('many.count')} min={1} max={100} value={count} onChange={(next) => setCount(next ?? 1)} />
      </div>
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
      <FormActions
        onCancel={onCancel}
        action={count === 1 ? t('create.submit') : t('many.submit', { count })}
        busy={form.formState.isSubmitting}
      />
    </Form>
  );
}

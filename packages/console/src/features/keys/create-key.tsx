import { useState } from 'react';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
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
  const [fresh, setFresh] = useState<Answer<'keys.create'>>();
  const close = (): void => {
    setFresh(undefined);
    onClose();
  };
  return (
    <Drawer
      open={open}
      onClose={close}
      width="wide"
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
      <div className="flex justify-end gap-2 pt-2">
        <Button onPress={onCancel}>{t('create.cancel')}</Button>
        <Button look="primary" type="submit" busy={form.formState.isSubmitting}>
          {t('create.submit')}
        </Button>
      </div>
    </Form>
  );
}

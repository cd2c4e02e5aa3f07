import type { KeyView } from '@tollgate/contract/api/keys';
import { useState, type ReactNode } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Changes } from '../../../components/ui/changes.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { DecimalField, NumberField } from '../../../components/ui/number-field.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { TagInput } from '../../../components/ui/tag-input.tsx';
import { Checkbox } from '../../../components/ui/toggles.tsx';
import { changesOf, type Json } from '../../../lib/changes.ts';
import { calendarDay } from '../../../lib/format.ts';
import { expiryChoices } from '../expiry-choices.ts';
import { useKeyWords } from '../words.ts';
import { noEdit, stepsOf, type ManyEdit, type Step } from './many-keys.ts';

type EditKeysProps = {
  readonly keys: readonly KeyView[];
  readonly onClose: () => void;
  readonly onChange: (steps: readonly Step[]) => Promise<boolean>;
};

/** Changes many keys alike: what is ticked is set on all of them, and shown before it is done. */
export function EditKeys({ keys, onClose, onChange }: EditKeysProps) {
  const t = useKeyWords();
  const [edit, setEdit] = useState<ManyEdit>(noEdit);
  const [busy, setBusy] = useState(false);
  // The moment from which an expiry counts, so that the preview says what is sent.
  const [now] = useState(Date.now);
  const steps = stepsOf(keys, edit, now);
  const apply = async (): Promise<void> => {
    setBusy(true);
    const all = await onChange(steps);
    setBusy(false);
    if (all) onClose();
  };
  return (
    <Dialog
      open
      width="large"
      onClose={onClose}
      dismissable={steps.length === 0}
      title={t('many.editTitle', { count: keys.length })}
      description={t('many.editWhat')}
      actions={
        <>
          <Button onPress={onClose}>{t('create.cancel')}</Button>
          <Button look="primary" busy={busy} isDisabled={steps.length === 0} onPress={() => void apply()}>
            {t('many.apply', { count: steps.length })}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <EditFields edit={edit} onChange={setEdit} />
        <section aria-label={t('many.preview')} className="grid gap-3 border-t border-line pt-4">
          <h3 className="text-small font-medium">{t('many.preview')}</h3>
          {steps.length === 0 && <p className="text-small text-muted">{t('many.nothing')}</p>}
          <ul className="grid gap-3">
            {steps.map(({ key, patch, undo }) => (
              <li key={key.id}>
                <p className="mb-1 font-medium">{key.name}</p>
                <Changes
                  changes={changesOf(spoken(undo), spoken(patch))}
                  nameOf={(path) => t(`many.field.${path as Field}`)}
                />
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Dialog>
  );
}

type Field = 'limitUsd' | 'requestsPerMinute' | 'models' | 'expiresAt';

/** A change as it is read: moments as days. */
const spoken = ({ expiresAt, ...rest }: Step['patch']): Json => ({
  ...(rest as Readonly<Record<string, Json>>),
  ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : calendarDay(expiresAt) }),
});

type EditFieldsProps = { readonly edit: ManyEdit; readonly onChange: (edit: ManyEdit) => void };

function EditFields({ edit, onChange }: EditFieldsProps) {
  const t = useKeyWords();
  const { expiresIn } = edit;
  const without = (name: keyof ManyEdit): ManyEdit => {
    const { [name]: _left, ...rest } = edit;
    return { ...rest, expiresIn };
  };
  const toggle = (name: 'limitUsd' | 'requestsPerMinute' | 'models') => (on: boolean) =>
    onChange(on ? { ...edit, [name]: null } : without(name));
  return (
    <div className="grid gap-3">
      <Ticked label={t('create.limit')} on={edit.limitUsd !== undefined} onToggle={toggle('limitUsd')}>
        <DecimalField
          label={t('create.limit')}
          hideLabel
          value={edit.limitUsd ?? null}
          onChange={(limitUsd) => onChange({ ...edit, limitUsd })}
        />
      </Ticked>
      <Ticked
        label={t('limits.requestsPerMinute')}
        on={edit.requestsPerMinute !== undefined}
        onToggle={toggle('requestsPerMinute')}
      >
        <NumberField
          label={t('limits.requestsPerMinute')}
          hideLabel
          min={1}
          value={edit.requestsPerMinute ?? null}
          onChange={(requestsPerMinute) => onChange({ ...edit, requestsPerMinute })}
        />
      </Ticked>
      <Ticked label={t('create.models')} on={edit.models !== undefined} onToggle={toggle('models')}>
        <TagInput
          label={t('create.models')}
          hideLabel
          free
          values={edit.models ?? []}
          onChange={(models) => onChange({ ...edit, models: models.length === 0 ? null : models })}
        />
      </Ticked>
      <div className="max-w-60">
        <Select
          label={t('create.expires')}
          choices={expiryChoices(t, true)}
          value={expiresIn}
          onChange={(next) => onChange({ ...edit, expiresIn: next })}
        />
      </div>
      <p className="text-small text-muted">{t('many.emptyMeans')}</p>
    </div>
  );
}

type TickedProps = {
  readonly label: string;
  readonly on: boolean;
  readonly onToggle: (on: boolean) => void;
  readonly children: ReactNode;
};

/** A field that counts when it is ticked. */
const Ticked = ({ label, on, onToggle, children }: TickedProps) => (
  <div className="grid items-center gap-x-4 gap-y-1.5 sm:grid-cols-[14rem_minmax(0,1fr)] sm:min-h-8">
    <Checkbox label={label} value={on} onChange={onToggle} />
    {on && children}
  </div>
);

import { groupInputSchema, type GroupView } from '@tollgate/contract/api/configuration';
import { openableEndpoints } from '@tollgate/contract/openable-endpoints';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { FormDecimal, FormNumber, FormTags, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Combobox } from '../../components/ui/combobox.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { DecimalField } from '../../components/ui/number-field.tsx';
import { api } from '../../lib/api.ts';
import { useGroupWords } from './words.ts';

type EditGroupProps = {
  readonly group: GroupView | 'new' | undefined;
  readonly names: readonly string[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

/** The multiplier of a group, and for whose users another one holds. */
export function EditGroup({ group, names, onClose, onSaved }: EditGroupProps) {
  const t = useGroupWords();
  const title = group === 'new' || group === undefined ? t('create') : t('editOne', { name: group.name });
  return (
    <Drawer open={group !== undefined} onClose={onClose} title={title}>
      {group !== undefined && (
        <EditForm
          group={group === 'new' ? undefined : group}
          names={names}
          onClose={onClose}
          onSaved={() => {
            onSaved();
            onClose();
          }}
        />
      )}
    </Drawer>
  );
}

type EditFormProps = Omit<EditGroupProps, 'group'> & { readonly group: GroupView | undefined };
type Exception = { readonly name: string; readonly factor: string | null };

function EditForm({ group, names, onClose, onSaved }: EditFormProps) {
  const t = useGroupWords();
  const [exceptions, setExceptions] = useState<readonly Exception[]>(() =>
    Object.entries(group?.userGroups ?? {}).map(([name, factor]) => ({ name, factor })),
  );
  const form = useSchemaForm({
    schema: groupInputSchema
      .pick({
        name: true,
        multiplier: true,
        resultRetentionDays: true,
        openEndpoints: true,
        providerKeyFeePercent: true,
      })
      .required(),
    values: {
      name: group?.name ?? '',
      multiplier: group?.multiplier ?? '1',
      resultRetentionDays: group?.resultRetentionDays ?? null,
      openEndpoints: group?.openEndpoints ?? null,
      providerKeyFeePercent: group?.providerKeyFeePercent ?? null,
    },
    messages: { multiplier: t('form.factorForm') },
    send: async ({ name, ...own }) => {
      const userGroups = Object.fromEntries(
        exceptions.flatMap((one) => (one.name === '' || one.factor === null ? [] : [[one.name, one.factor]])),
      );
      await (group === undefined
        ? api.call('groups.create', { body: { name, ...own, userGroups } })
        : api.call('groups.update', { params: { name: group.name }, body: { ...own, userGroups } }));
      onSaved();
    },
  });
  const put = (index: number, patch: Partial<Exception>): void =>
    setExceptions(exceptions.map((one, at) => (at === index ? { ...one, ...patch } : one)));
  return (
    <Form form={form} failed={t('form.failed')} label={t('form.label')}>
      {group === undefined && <FormText form={form} name="name" label={t('form.name')} required autoFocus />}
      <FormDecimal form={form} name="multiplier" label={t('form.factor')} help={t('form.factorHelp')} unit="×" />
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-small font-medium">{t('form.exceptions')}</legend>
        <p className="text-small text-muted">{t('form.exceptionsHelp')}</p>
        {exceptions.map((one, index) => (
          // Rows have no name of their own until one is chosen.
          <div key={index} className="grid grid-cols-[minmax(0,1fr)_8rem_auto] items-center gap-2">
            <Combobox
              label={t('form.usersOf')}
              hideLabel
              free
              placeholder={t('form.usersOf')}
              choices={names.map((name) => ({ value: name, label: name }))}
              value={one.name}
              onChange={(name) => put(index, { name })}
            />
            <DecimalField
              label={t('form.factor')}
              hideLabel
              unit="×"
              value={one.factor}
              onChange={(factor) => put(index, { factor })}
            />
            <IconButton
              icon={X}
              label={t('form.drop', { name: one.name })}
              onPress={() => setExceptions(exceptions.filter((_, at) => at !== index))}
            />
          </div>
        ))}
        <div>
          <Button size="small" icon={Plus} onPress={() => setExceptions([...exceptions, { name: '', factor: '1' }])}>
            {t('form.add')}
          </Button>
        </div>
      </fieldset>
      <FormNumber
        form={form}
        name="resultRetentionDays"
        label={t('form.resultDays')}
        help={t('form.resultDaysHelp')}
        unit={t('form.days')}
        min={0}
        max={36_500}
      />
      <FormTags
        form={form}
        name="openEndpoints"
        label={t('form.open')}
        help={t('form.openHelp')}
        suggestions={openableEndpoints.map((one) => ({ value: one, label: one }))}
        empty={null}
      />
      <FormDecimal form={form} name="providerKeyFeePercent" label={t('form.fee')} help={t('form.feeHelp')} unit="%" />
      <FormActions onCancel={onClose} action={t('form.save')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

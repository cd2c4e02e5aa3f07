import { costlyFieldNames } from '@tollgate/contract/entities/pass-fields';
import { openableEndpoints } from '@tollgate/contract/openable-endpoints';
import type { ReactNode } from 'react';
import { TakeBundle } from '../../components/bundles/take-bundle.tsx';
import {
  FormCheckbox,
  FormDecimal,
  FormNumber,
  FormSelect,
  FormTags,
  FormText,
} from '../../components/form/fields.tsx';
import { Select } from '../../components/ui/select.tsx';
import type { SchemaForm } from '../../components/form/use-schema-form.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { expiryChoices } from './expiry-choices.ts';
import { FallbackStops } from './fallback-stops.tsx';
import type { KeyEntry } from './key-entry.ts';
import { useKeyWords } from './words.ts';

type KeyFieldsProps = {
  readonly form: SchemaForm<KeyEntry>;
  /** A key that is there already: its expiry may stay as it is. */
  readonly existing: boolean;
};

/** Everything that a key can be told: what it may spend, how fast, what it may ask, and from where. */
export function KeyFields({ form, existing }: KeyFieldsProps) {
  const t = useKeyWords();
  const rights = useRights();
  const models = useOperation('models.list', {}, { enabled: rights.may('models:read'), freshMs: 60_000 });
  const groups = useOperation('groups.list', {}, { enabled: rights.may('groups:read'), freshMs: 60_000 });
  return (
    <>
      <Section title={t('section.budget')}>
        <div className="grid gap-4 sm:grid-cols-2">
          <FormDecimal form={form} name="limitUsd" label={t('create.limit')} help={t('create.limitHelp')} />
          <FormSelect form={form} name="expiresIn" label={t('create.expires')} choices={expiryChoices(t, existing)} />
        </div>
      </Section>
      <Section title={t('section.rate')}>
        <div className="grid gap-4 sm:grid-cols-3">
          <FormNumber form={form} name="requestsPerMinute" label={t('limits.requestsPerMinute')} min={1} />
          <FormNumber form={form} name="tokensPerMinute" label={t('limits.tokensPerMinute')} min={1} />
          <FormNumber form={form} name="concurrent" label={t('limits.concurrent')} min={1} />
        </div>
      </Section>
      <Section title={t('section.access')}>
        <FormTags
          form={form}
          name="models"
          label={t('create.models')}
          help={t('create.modelsHelp')}
          suggestions={(models.data?.data ?? []).map(({ name }) => ({ value: name, label: name }))}
          free
          empty={null}
        />
        <TakeBundle
          values={form.watch('models') ?? []}
          onTake={(added) =>
            form.setValue('models', [...(form.getValues('models') ?? []), ...added], { shouldDirty: true })
          }
        />
        <FormTags
          form={form}
          name="allowedIps"
          label={t('create.ips')}
          help={t('create.ipsHelp')}
          placeholder="203.0.113.0/24"
          free
          empty={null}
        />
        <FormTags
          form={form}
          name="openEndpoints"
          label={t('create.open')}
          help={t('create.openHelp')}
          suggestions={openableEndpoints.map((one) => ({ value: one, label: one }))}
          empty={null}
        />
        {rights.reachesAny('keys:write') && (
          <>
            <GroupField form={form} groups={(groups.data?.data ?? []).map(({ name }) => name)} />
            <FallbackStops
              stops={form.watch('fallbacks') ?? []}
              onChange={(stops) =>
                form.setValue('fallbacks', stops.length === 0 ? null : [...stops], { shouldDirty: true })
              }
            />
            <FormTags
              form={form}
              name="passFields"
              label={t('create.passFields')}
              help={t('create.passFieldsHelp')}
              suggestions={costlyFieldNames.map((name) => ({ value: name, label: name }))}
              free
              empty={null}
            />
          </>
        )}
        <FormCheckbox form={form} name="strictConversion" label={t('strict')} help={t('create.strictHelp')} />
      </Section>
    </>
  );
}

const ownersGroup = '(owner)';

/** The group of a key; only administrators give one. */
function GroupField({ form, groups }: { readonly form: SchemaForm<KeyEntry>; readonly groups: readonly string[] }) {
  const t = useKeyWords();
  const value = form.watch('group');
  return (
    <Select
      label={t('create.group')}
      value={value ?? ownersGroup}
      choices={[
        { value: ownersGroup, label: t('create.ownersGroup') },
        ...groups.map((name) => ({ value: name, label: name })),
      ]}
      onChange={(name) => form.setValue('group', name === ownersGroup ? null : name, { shouldDirty: true })}
    />
  );
}

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <fieldset className="border-t border-line pt-3">
    <legend className="float-start mb-2 w-full text-small font-semibold">{title}</legend>
    <div className="clear-both grid gap-4">{children}</div>
  </fieldset>
);

/** The name of a key, which is asked first. */
export const KeyName = ({
  form,
  help,
  autoFocus = false,
}: {
  readonly form: SchemaForm<KeyEntry>;
  readonly help?: string | undefined;
  readonly autoFocus?: boolean;
}) => {
  const t = useKeyWords();
  return (
    <FormText
      form={form}
      name="name"
      label={t('create.name')}
      help={help ?? t('create.nameHelp')}
      maxLength={100}
      autoComplete="off"
      required
      autoFocus={autoFocus}
    />
  );
};

import { useState } from 'react';
import { fieldsOf, secretsOf, settingsOf } from '../../components/form/schema-draft.ts';
import { SchemaFields } from '../../components/form/schema-fields.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { DecimalField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useOperation } from '../../lib/operations.ts';
import { draftOf, type MethodDraft } from './method-draft.ts';
import { useSaleWords } from './words.ts';

type Method = Answer<'paymentMethods.list'>['data'][number];

type EditMethodProps = {
  readonly method: Method | 'new' | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

/** Sets up a payment method, or changes one. */
export function EditMethod({ method, onClose, onSaved }: EditMethodProps) {
  const t = useSaleWords();
  return (
    <Drawer
      open={method !== undefined}
      onClose={onClose}
      title={method === undefined || method === 'new' ? t('methods.create') : method.name}
    >
      {method !== undefined && (
        <MethodForm
          key={method === 'new' ? 'new' : method.id}
          method={method === 'new' ? undefined : method}
          onClose={onClose}
          onSaved={onSaved}
        />
      )}
    </Drawer>
  );
}

type MethodFormProps = {
  readonly method: Method | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

function MethodForm({ method, onClose, onSaved }: MethodFormProps) {
  const t = useSaleWords();
  const providers = useOperation('paymentProviders.list');
  const [draft, setDraft] = useState<MethodDraft>(() => draftOf(method));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const edit = (patch: Partial<MethodDraft>): void => setDraft((before) => ({ ...before, ...patch }));
  const provider = providers.data?.data.find(({ id }) => id === draft.provider);
  const settings = fieldsOf(provider?.settings);
  const secrets = fieldsOf(provider?.secrets);

  const save = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    const { name, enabled, currency, rate, minimumUsd, maximumUsd } = draft;
    const body = {
      name,
      enabled,
      currency,
      rate,
      minimumUsd,
      maximumUsd,
      settings: settingsOf(settings, draft.values),
      secrets: secretsOf(draft.secrets),
    };
    try {
      await (method === undefined
        ? api.call('paymentMethods.create', { body: { ...body, provider: draft.provider } })
        : api.call('paymentMethods.update', { params: { id: method.id }, body }));
      onSaved();
      onClose();
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {error !== undefined && <ErrorNotice title={t('methods.failed')} error={error} />}
      {method === undefined && (
        <Select
          label={t('methods.provider')}
          choices={(providers.data?.data ?? []).map(({ id, label }) => ({ value: id, label }))}
          value={draft.provider === '' ? null : draft.provider}
          onChange={(id) => edit({ provider: id })}
          required
        />
      )}
      <TextField
        label={t('methods.name')}
        value={draft.name}
        onChange={(name) => edit({ name })}
        maxLength={100}
        isRequired
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('methods.currency')}
          value={draft.currency}
          onChange={(currency) => edit({ currency: currency.toUpperCase() })}
          maxLength={3}
          code
        />
        <DecimalField label={t('methods.rate')} value={draft.rate} onChange={(rate) => edit({ rate: rate ?? '' })} />
        <DecimalField
          label={t('methods.minimum')}
          unit="USD"
          value={draft.minimumUsd}
          onChange={(value) => edit({ minimumUsd: value ?? '0' })}
        />
        <DecimalField
          label={t('methods.maximum')}
          unit="USD"
          value={draft.maximumUsd}
          onChange={(value) => edit({ maximumUsd: value ?? '0' })}
        />
      </div>
      <SchemaFields
        fields={settings}
        values={draft.values}
        onChange={(name, value) => edit({ values: { ...draft.values, [name]: value } })}
      />
      <SchemaFields
        secret
        fields={secrets}
        values={draft.secrets}
        set={method?.secrets ?? []}
        onChange={(name, value) => edit({ secrets: { ...draft.secrets, [name]: value } })}
      />
      <Switch label={t('methods.enabled')} value={draft.enabled} onChange={(enabled) => edit({ enabled })} />
      <div className="flex justify-end gap-2 pt-2">
        <Button onPress={onClose}>{t('create.cancel')}</Button>
        <Button look="primary" type="submit" busy={busy} isDisabled={draft.provider === ''}>
          {t('methods.save')}
        </Button>
      </div>
    </form>
  );
}

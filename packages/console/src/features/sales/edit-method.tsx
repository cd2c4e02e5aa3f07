import { DraftForm, useDraft } from '../../components/form/draft-form.tsx';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { sentOfProvider } from '../../components/form/provider-draft.ts';
import { ProviderSettings } from '../../components/form/provider-settings.tsx';
import { DecimalField, NumberField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TagInput } from '../../components/ui/tag-input.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { Discounts } from './discounts.tsx';
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
    <EditDrawer thing={method} create={t('methods.create')} onClose={onClose}>
      {(edited) => <MethodForm method={edited} onClose={onClose} onSaved={onSaved} />}
    </EditDrawer>
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
  const providerOf = (draft: MethodDraft) => providers.data?.data.find(({ id }) => id === draft.provider);
  const form = useDraft<MethodDraft>({
    first: () => draftOf(method),
    send: (draft) => {
      const { name, enabled, currency, rate, minimumUsd, maximumUsd, position, countries } = draft;
      const discounts = draft.discounts.map(({ group, ...one }) => ({ ...one, ...(group !== '' && { group }) }));
      const own = { name, enabled, currency, rate, minimumUsd, maximumUsd, position, countries, discounts };
      const body = { ...own, ...sentOfProvider(providerOf(draft)?.settings, draft) };
      return method === undefined
        ? api.call('paymentMethods.create', { body: { ...body, provider: draft.provider } })
        : api.call('paymentMethods.update', { params: { id: method.id }, body });
    },
    onSaved: () => {
      onSaved();
      onClose();
    },
  });
  const { draft, edit } = form;
  return (
    <DraftForm form={form} failed={t('methods.failed')} onCancel={onClose} ready={draft.provider !== ''}>
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
        <NumberField
          label={t('methods.position')}
          min={0}
          max={10_000}
          value={draft.position}
          onChange={(position) => edit({ position: position ?? 0 })}
        />
      </div>
      <TagInput
        label={t('methods.countries')}
        help={t('methods.countriesHelp')}
        values={draft.countries}
        onChange={(countries) => edit({ countries: countries.map((country) => country.toUpperCase()) })}
        free
      />
      <Discounts discounts={draft.discounts} onChange={(discounts) => edit({ discounts })} />
      <ProviderSettings provider={providerOf(draft)} draft={draft} edit={edit} set={method?.secrets} />
      <Switch label={t('methods.enabled')} value={draft.enabled} onChange={(enabled) => edit({ enabled })} />
    </DraftForm>
  );
}

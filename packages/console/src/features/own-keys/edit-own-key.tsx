import { DraftForm, useDraft } from '../../components/form/draft-form.tsx';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { ProviderFields } from '../../components/provider/provider-fields.tsx';
import { entered, fieldsOf } from '../../components/provider/schema-fields.ts';
import { Combobox } from '../../components/ui/combobox.tsx';
import { OuterLink } from '../../components/ui/link.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TagInput } from '../../components/ui/tag-input.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { api, type Answer } from '../../lib/api.ts';
import type { Input } from '../../lib/operations.ts';
import type { OwnKey } from './own-key-line.tsx';
import { TryKey } from './try-key.tsx';
import { useOwnKeyWords } from './words.ts';

export type Edited = OwnKey | 'new';
type Choices = Answer<'providerKeys.choices'>;

type EditProps = {
  readonly edited: Edited | undefined;
  readonly choices: Choices;
  /** The team that a new one is of; undefined for oneself. */
  readonly teamId: string | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

/** Brings a key, or changes one. */
export function EditOwnKey({ edited, choices, teamId, onClose, onSaved }: EditProps) {
  const t = useOwnKeyWords();
  return (
    <EditDrawer thing={edited} create={t('add')} onClose={onClose}>
      {(own) => (
        <KeyForm
          own={own}
          choices={choices}
          teamId={teamId}
          onClose={onClose}
          onSaved={() => {
            onSaved();
            onClose();
          }}
        />
      )}
    </EditDrawer>
  );
}

type Texts = Readonly<Record<string, string>>;
const placements = ['before', 'after', 'only'] as const;

/** The models of a form; one that is mapped to another name stays so. */
const modelsOf = (names: readonly string[], own: OwnKey | undefined) =>
  names.map((name) => own?.models.find((one) => one.name === name) ?? name);

type FormProps = Omit<EditProps, 'edited'> & { readonly own: OwnKey | undefined };

function KeyForm({ own, choices, teamId, onClose, onSaved }: FormProps) {
  const t = useOwnKeyWords();
  const form = useDraft({
    first: () => ({
      provider: own?.provider ?? '',
      name: own?.name ?? '',
      credential: {} as Texts,
      settings: {} as Texts,
      models: own?.models.map(({ name }) => name) ?? ([] as readonly string[]),
      listed: [] as readonly string[],
      placement: own?.placement ?? 'before',
    }),
    send: async ({ name, models, placement }) => {
      const fields = {
        name: name.trim() === '' ? draft.provider : name.trim(),
        models: modelsOf(models, own),
        placement,
      };
      if (own === undefined) {
        const body = { ...fields, ...account, provider: draft.provider, ...(teamId !== undefined && { teamId }) };
        // The gateway checks it by the provider's own schema, from which its fields were drawn.
        await api.call('providerKeys.create', { body: body as NonNullable<Input<'providerKeys.create'>['body']> });
        return;
      }
      const given = Object.keys(account.credential).length > 0 ? { credential: account.credential } : {};
      const body = { ...fields, ...given } as NonNullable<Input<'providerKeys.update'>['body']>;
      await api.call('providerKeys.update', { params: { id: own.id }, body });
    },
    onSaved,
  });
  const { draft, edit } = form;
  const provider = choices.providers.find(({ id }) => id === draft.provider);
  const account = {
    credential: provider === undefined ? {} : entered(fieldsOf(provider.credential, true), draft.credential),
    settings: provider === undefined ? {} : entered(fieldsOf(provider.settings, false), draft.settings),
  };
  return (
    <DraftForm
      form={form}
      failed={t('notSaved')}
      onCancel={onClose}
      ready={(own !== undefined || provider !== undefined) && draft.models.length > 0}
    >
      {own === undefined && (
        <Combobox
          label={t('field.provider')}
          choices={choices.providers.map(({ id, label }) => ({ value: id, label }))}
          value={draft.provider}
          onChange={(id) => edit({ provider: id, credential: {}, settings: {}, listed: [] })}
          required
          {...(provider !== undefined && { help: <OuterLink href={provider.docs}>{t('docs')}</OuterLink> })}
        />
      )}
      {provider !== undefined && (
        <ProviderFields
          fields={fieldsOf(provider.credential, true).map((field) => (own ? { ...field, required: false } : field))}
          values={draft.credential}
          onChange={(field, value) => edit({ credential: { ...draft.credential, [field]: value } })}
        />
      )}
      {provider !== undefined && own === undefined && (
        <ProviderFields
          fields={fieldsOf(provider.settings, false)}
          values={draft.settings}
          onChange={(field, value) => edit({ settings: { ...draft.settings, [field]: value } })}
        />
      )}
      <TextField
        label={t('field.name')}
        placeholder={draft.provider}
        maxLength={80}
        value={draft.name}
        onChange={(name) => edit({ name })}
      />
      <TagInput
        label={t('field.models')}
        help={t('field.modelsHelp')}
        suggestions={draft.listed.map((value) => ({ value, label: value }))}
        free
        values={draft.models}
        onChange={(models) => edit({ models })}
      />
      {provider !== undefined && own === undefined && (
        <TryKey
          draft={{ provider: provider.id, ...account }}
          listsModels={provider.listsModels}
          model={draft.models[0]}
          onListed={(listed) => edit({ listed })}
        />
      )}
      <Select
        label={t('field.placement')}
        help={t(`placementHelp.${draft.placement}`)}
        choices={placements.map((value) => ({ value, label: t(`placement.${value}`) }))}
        value={draft.placement}
        onChange={(placement) => edit({ placement })}
      />
      <p className="text-small text-muted">{t('fee', { percent: choices.feePercent })}</p>
    </DraftForm>
  );
}

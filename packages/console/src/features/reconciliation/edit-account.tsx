import { DraftForm, useDraft } from '../../components/form/draft-form.tsx';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { Button } from '../../components/ui/button.tsx';
import { MultiCombobox } from '../../components/ui/combobox.tsx';
import { Select } from '../../components/ui/select.tsx';
import { PasswordField, TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useReconciliationWords } from './words.ts';

type Accounts = Answer<'billingAccounts.list'>;
export type Account = Accounts['data'][number];

type EditAccountProps = {
  readonly account: Account | 'new' | undefined;
  readonly providers: Accounts['providers'];
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

/** Adds an account at a provider, or changes one. */
export function EditAccount({ account, ...rest }: EditAccountProps) {
  const t = useReconciliationWords();
  return (
    <EditDrawer thing={account} create={t('add')} onClose={rest.onClose}>
      {(edited) => <AccountForm account={edited} {...rest} />}
    </EditDrawer>
  );
}

/** No provider: a choice must have a value. */
const uploadOnly = 'upload';

type AccountFormProps = Omit<EditAccountProps, 'account'> & { readonly account: Account | undefined };

function AccountForm({ account, providers, onClose, onSaved }: AccountFormProps) {
  const t = useReconciliationWords();
  const channels = useOperation('channels.list').data?.data;
  const done = (): void => {
    onSaved();
    onClose();
  };
  const form = useDraft({
    first: () => ({
      name: account?.name ?? '',
      provider: account?.provider ?? providers[0]?.id ?? '',
      channels: account?.channels ?? [],
      enabled: account?.enabled ?? true,
      adminKey: '',
    }),
    send: async ({ adminKey, ...own }) => {
      const body = { ...own, ...(adminKey !== '' && { adminKey }) };
      return account === undefined
        ? await api.call('billingAccounts.create', { body })
        : await api.call('billingAccounts.update', { params: { id: account.id }, body });
    },
    onSaved: done,
  });
  const { draft, edit } = form;
  const provider = providers.find(({ id }) => id === draft.provider);
  const remove = async (id: string): Promise<void> => {
    await api.call('billingAccounts.delete', { params: { id } });
    done();
  };
  const kept = account?.provider === draft.provider ? account.lastFour : null;
  return (
    <DraftForm
      form={form}
      failed={t('form.notSaved')}
      onCancel={onClose}
      ready={draft.name !== '' && draft.channels.length > 0}
      aside={
        account !== undefined && (
          <Button look="danger" onPress={() => void remove(account.id)}>
            {t('form.remove')}
          </Button>
        )
      }
    >
      <TextField
        label={t('form.name')}
        value={draft.name}
        onChange={(name) => edit({ name })}
        maxLength={100}
        isRequired
      />
      <Select
        label={t('form.provider')}
        choices={[
          ...providers.map(({ id, label }) => ({ value: id, label })),
          { value: uploadOnly, label: t('form.uploadOnly') },
        ]}
        value={draft.provider === '' ? uploadOnly : draft.provider}
        onChange={(id) => edit({ provider: id === uploadOnly ? '' : id })}
      />
      {provider !== undefined && (
        <PasswordField
          label={t('form.key')}
          help={kept === null ? provider.keyHelp : t('form.keyKept', { lastFour: kept })}
          value={draft.adminKey}
          onChange={(adminKey) => edit({ adminKey })}
          autoComplete="off"
        />
      )}
      <MultiCombobox
        label={t('form.channels')}
        choices={(channels ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        values={draft.channels}
        onChange={(chosen) => edit({ channels: [...chosen] })}
      />
      {provider !== undefined && (
        <Switch label={t('form.enabled')} value={draft.enabled} onChange={(enabled) => edit({ enabled })} />
      )}
    </DraftForm>
  );
}

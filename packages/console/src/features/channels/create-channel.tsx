import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { errorOf } from '../../lib/error-of.ts';
import { TakeBundle } from '../../components/bundles/take-bundle.tsx';
import { Combobox } from '../../components/ui/combobox.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
import { ErrorNotice, ErrorState } from '../../components/ui/error-state.tsx';
import { OuterLink } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { TagInput } from '../../components/ui/tag-input.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api, type Answer } from '../../lib/api.ts';
import { useOperation, type Input } from '../../lib/operations.ts';
import { FormActions } from '../../components/form/form-actions.tsx';
import { ProviderFields } from '../../components/provider/provider-fields.tsx';
import { detect, entered, fieldsOf } from '../../components/provider/schema-fields.ts';
import { useChannelWords } from './words.ts';

type CreateChannelProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
};
type Provider = Answer<'providers.list'>['data'][number];
type Body = NonNullable<Input<'channels.create'>['body']>;

/** A new channel: its provider (told by a pasted key where that is plain), the account, its models, and who reaches it. */
export function CreateChannel({ open, onClose, onCreated }: CreateChannelProps) {
  const t = useChannelWords();
  return (
    <Drawer open={open} onClose={onClose} title={t('create.title')} dismissable={false}>
      <Loaded
        onClose={onClose}
        onCreated={(id) => {
          onClose();
          onCreated(id);
        }}
      />
    </Drawer>
  );
}

function Loaded(props: Omit<CreateChannelProps, 'open'>) {
  const t = useChannelWords();
  const providers = useOperation('providers.list');
  if (providers.data !== undefined) return <CreateForm {...props} providers={providers.data.data} />;
  return providers.error === null ? (
    <SkeletonRows rows={5} />
  ) : (
    <ErrorState title={t('create.noProviders')} error={providers.error} onRetry={() => void providers.refetch()} />
  );
}

type FormProps = Omit<CreateChannelProps, 'open'> & { readonly providers: readonly Provider[] };

function CreateForm({ providers, onClose, onCreated }: FormProps) {
  const t = useChannelWords();
  const queries = useQueryClient();
  const [key, setKey] = useState('');
  const [providerId, setProviderId] = useState('');
  const [name, setName] = useState('');
  const [baseUrl, setBaseUrl] = useState('');
  const [credential, setCredential] = useState<Readonly<Record<string, string>>>({});
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>({});
  const [models, setModels] = useState<readonly string[]>([]);
  const [groups, setGroups] = useState<readonly string[]>(['default']);
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const provider = providers.find(({ id }) => id === providerId);

  const paste = (text: string): void => {
    setKey(text);
    const found = detect(text.trim(), providers);
    if (found === undefined) return;
    setProviderId(found);
    setCredential({ ...credential, apiKey: text.trim() });
  };
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (provider === undefined) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const account = entered(fieldsOf(provider.credential, true), credential);
      const body = {
        name: name.trim() === '' ? provider.id : name.trim(),
        provider: provider.id,
        credentials: Object.keys(account).length === 0 ? [] : [account],
        settings: entered(fieldsOf(provider.settings, false), settings),
        models: [...models],
        groups: [...groups],
        ...(baseUrl.trim() !== '' && { baseUrl: baseUrl.trim() }),
        // The gateway checks it by the provider's own schema, from which these fields were drawn.
      } as Body;
      const { id, name: called } = await api.call('channels.create', { body });
      for (const operation of ['channels.list', 'channels.health', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [operation] });
      showToast({ title: t('create.done', { name: called }) });
      onCreated(id);
    } catch (error) {
      setFailure(errorOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void send(event)} noValidate aria-label={t('create.title')} className="grid gap-4">
      {failure !== undefined && <ErrorNotice focus title={t('create.failed')} error={failure} />}
      <TextField
        label={t('create.paste')}
        help={t('create.pasteHelp')}
        type="password"
        autoComplete="off"
        value={key}
        onChange={paste}
      />
      <Combobox
        label={t('create.provider')}
        choices={providers.map(({ id, label }) => ({ value: id, label }))}
        value={providerId}
        onChange={setProviderId}
        required
        {...(provider !== undefined && { help: <OuterLink href={provider.docs}>{t('create.docs')}</OuterLink> })}
      />
      {provider !== undefined && (
        <>
          {provider.accountLogin && (
            <Notice tone="info" title={t('signIn.later')}>
              {t('signIn.laterWhat')}
            </Notice>
          )}
          <ProviderFields
            fields={fieldsOf(provider.credential, true)}
            values={credential}
            onChange={(field, value) => setCredential({ ...credential, [field]: value })}
          />
          <TextField
            label={t('create.baseUrl')}
            type="url"
            isRequired={provider.baseUrl === null}
            placeholder={provider.baseUrl ?? ''}
            help={t('create.baseUrlHelp')}
            value={baseUrl}
            onChange={setBaseUrl}
          />
          <ProviderFields
            fields={fieldsOf(provider.settings, false)}
            values={settings}
            onChange={(field, value) => setSettings({ ...settings, [field]: value })}
          />
          <TextField
            label={t('create.name')}
            placeholder={provider.id}
            maxLength={80}
            value={name}
            onChange={setName}
          />
          <Served
            listsModels={provider.listsModels}
            models={models}
            onModels={setModels}
            groups={groups}
            onGroups={setGroups}
          />
        </>
      )}
      <FormActions onCancel={onClose} action={t('create.action')} busy={busy} ready={provider !== undefined} />
    </form>
  );
}

type ServedProps = {
  readonly listsModels: boolean;
  readonly models: readonly string[];
  readonly onModels: (models: readonly string[]) => void;
  readonly groups: readonly string[];
  readonly onGroups: (groups: readonly string[]) => void;
};

/** What it serves, and whom. */
function Served({ listsModels, models, onModels, groups, onGroups }: ServedProps) {
  const t = useChannelWords();
  const known = useOperation('models.list');
  const groupList = useOperation('groups.list');
  return (
    <>
      <TagInput
        label={t('create.models')}
        help={t(listsModels ? 'create.modelsLater' : 'create.modelsHelp')}
        suggestions={(known.data?.data ?? []).map((model) => ({ value: model.name, label: model.name }))}
        free
        values={models}
        onChange={onModels}
      />
      <TakeBundle values={models} onTake={(added) => onModels([...models, ...added])} />
      <TagInput
        label={t('create.groups')}
        help={t('create.groupsHelp')}
        suggestions={(groupList.data?.data ?? []).map((group) => ({ value: group.name, label: group.name }))}
        free={false}
        values={groups}
        onChange={onGroups}
      />
    </>
  );
}

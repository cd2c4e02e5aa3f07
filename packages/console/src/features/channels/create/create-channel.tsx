import { providerOfKey } from '@tollgate/contract/provider-of-key';
import { useQueryClient } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { ProviderFields } from '../../../components/provider/provider-fields.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Drawer } from '../../../components/ui/dialog.tsx';
import { ErrorNotice, ErrorState } from '../../../components/ui/error-state.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { PasswordField, TextField } from '../../../components/ui/text-field.tsx';
import { showToast } from '../../../components/ui/toast-queue.ts';
import { api } from '../../../lib/api.ts';
import { errorOf } from '../../../lib/error-of.ts';
import { useOperation } from '../../../lib/operations.ts';
import { useChannelWords } from '../words.ts';
import { Advanced } from './advanced.tsx';
import { accountFieldsOf, channelBody, freshDraft, settingsOf, type Draft, type Provider } from './draft.ts';
import { PickModels, pricedOf } from './pick-models.tsx';
import { PickProvider } from './pick-provider.tsx';
import { TrialOutcome } from './trial-outcome.tsx';
import { useTrial, worked, type Trial } from './use-trial.ts';

type CreateChannelProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
};

/** A new channel in three steps on one page: its provider, the account (tried before it is kept), and its models. */
export function CreateChannel({ open, onClose, onCreated }: CreateChannelProps) {
  const t = useChannelWords();
  return (
    <Drawer open={open} onClose={onClose} title={t('create.title')} dismissable={false} width="wide">
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
  const [pasted, setPasted] = useState('');
  const [provider, setProvider] = useState<Provider>();
  const [draft, setDraft] = useState<Draft>(freshDraft);
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const { trial, run, known, ...trying } = useTrial(provider, draft);
  const change = (patch: Partial<Draft>): void => setDraft((now) => ({ ...now, ...patch }));

  const paste = (text: string): void => {
    setPasted(text);
    const found = providerOfKey(text.trim(), providers);
    if (found === undefined) return;
    setProvider(found);
    change({ credential: { [found.keyField]: text.trim() } });
  };
  const choose = (chosen: Provider | undefined): void => {
    setProvider(chosen);
    setFailure(undefined);
    // A key that told nothing is the key of whoever is chosen.
    setDraft({ ...freshDraft, ...(pasted.trim() !== '' && { credential: { apiKey: pasted.trim() } }) });
  };
  const tryOut = async (): Promise<Trial | undefined> => {
    const tried = await run();
    const listed = tried?.listed?.models;
    if (listed === undefined || draft.models.length > 0) return tried;
    const priced = pricedOf(known);
    const likely = listed.filter((name) => priced.has(name));
    change({ models: likely });
    return tried;
  };
  const create = async (wanted: Provider, models: readonly string[], enabled: boolean): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const body = channelBody(wanted, { ...draft, models }, enabled);
      const { id, name } = await api.call('channels.create', { body });
      for (const operation of ['channels.list', 'channels.health', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [operation] });
      showToast({ title: t(enabled ? 'create.done' : 'create.kept', { name }) });
      onCreated(id);
    } catch (error) {
      setFailure(errorOf(error));
    } finally {
      setBusy(false);
    }
  };
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (provider === undefined) return;
    if (worked(trial)) {
      await create(provider, draft.models, true);
      return;
    }
    const tried = await tryOut();
    // What it lists is chosen from before it is added.
    if (worked(tried) && draft.models.length > 0) await create(provider, draft.models, true);
  };

  return (
    <form onSubmit={(event) => void send(event)} noValidate aria-label={t('create.title')} className="grid gap-5">
      {failure !== undefined && <ErrorNotice focus title={t('create.failed')} error={failure} />}
      <Step number={1} title={t('create.provider')}>
        {provider === undefined && (
          <PasswordField
            label={t('create.paste')}
            help={t('create.pasteHelp')}
            autoComplete="off"
            value={pasted}
            onChange={paste}
          />
        )}
        <PickProvider providers={providers} chosen={provider} onChoose={choose} />
      </Step>
      {provider !== undefined && (
        <>
          <Step number={2} title={t('create.account')} focus>
            <Account provider={provider} draft={draft} onChange={change} />
            <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
              <Button icon={FlaskConical} busy={trying.busy} onPress={() => void tryOut()}>
                {t('create.trial.action')}
              </Button>
              {!provider.listsModels && draft.models.length === 0 && (
                <span className="text-small text-muted">{t('create.trial.nameFirst')}</span>
              )}
            </div>
            {trial !== undefined && !trying.busy && <TrialOutcome trial={trial} />}
          </Step>
          <Step number={3} title={t('create.models')}>
            <PickModels
              provider={provider}
              listed={trial?.listed?.models}
              known={known}
              models={draft.models}
              onChange={(models) => change({ models })}
            />
          </Step>
          <Advanced provider={provider} draft={draft} onChange={change} />
          <div className="flex flex-wrap justify-end gap-2">
            <span className="me-auto">
              <Button look="quiet" isDisabled={busy} onPress={() => void create(provider, draft.models, false)}>
                {t('create.keep')}
              </Button>
            </span>
            <Button onPress={onClose}>{t('cancel')}</Button>
            {trial !== undefined && !worked(trial) && (
              <Button isDisabled={busy || trying.busy} onPress={() => void create(provider, draft.models, true)}>
                {t('create.anyway')}
              </Button>
            )}
            <Button look="primary" type="submit" busy={busy || trying.busy}>
              {t(worked(trial) ? 'create.action' : 'create.tryAndAdd')}
            </Button>
          </div>
        </>
      )}
    </form>
  );
}

type StepProps = {
  readonly number: number;
  readonly title: string;
  /** Takes the focus as it appears: what had it before is gone. */
  readonly focus?: boolean;
  readonly children: ReactNode;
};

function Step({ number, title, focus = false, children }: StepProps) {
  const part = useRef<HTMLElement>(null);
  useEffect(() => {
    if (focus) part.current?.focus();
  }, [focus]);
  return (
    <section ref={part} tabIndex={-1} aria-label={title} className="grid gap-3 outline-none">
      <h3 className="flex items-center gap-2 text-sm font-semibold">
        <span
          aria-hidden
          className="grid size-6 place-items-center rounded-full border border-line bg-sunken text-xs text-muted"
        >
          {number}
        </span>
        {title}
      </h3>
      {children}
    </section>
  );
}

type AccountProps = {
  readonly provider: Provider;
  readonly draft: Draft;
  readonly onChange: (patch: Partial<Draft>) => void;
};

/** How the gateway comes to the account: what its provider cannot do without. */
function Account({ provider, draft, onChange }: AccountProps) {
  const t = useChannelWords();
  return (
    <>
      {provider.accountLogin && (
        <Notice tone="info" title={t('signIn.later')}>
          {t('signIn.laterWhat')}
        </Notice>
      )}
      {provider.baseUrl === null && (
        <TextField
          label={t('create.baseUrl')}
          type="url"
          isRequired
          value={draft.baseUrl}
          onChange={(baseUrl) => onChange({ baseUrl })}
        />
      )}
      <ProviderFields
        fields={accountFieldsOf(provider).asked}
        values={draft.credential}
        onChange={(field, value) => onChange({ credential: { ...draft.credential, [field]: value } })}
      />
      <ProviderFields
        fields={settingsOf(provider).asked}
        values={draft.settings}
        onChange={(field, value) => onChange({ settings: { ...draft.settings, [field]: value } })}
      />
    </>
  );
}

import { providerOfKey } from '@tollgate/contract/provider-of-key';
import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useFormWords } from '../../components/form/words.ts';
import { ProviderFields } from '../../components/provider/provider-fields.tsx';
import { entered, fieldsOf, type SchemaField } from '../../components/provider/schema-fields.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Combobox } from '../../components/ui/combobox.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { OuterLink } from '../../components/ui/link.tsx';
import { PasswordField, TextField } from '../../components/ui/text-field.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { ApiError } from '../../lib/client.ts';
import { errorOf } from '../../lib/error-of.ts';
import { given } from '../../lib/given.ts';
import type { Input } from '../../lib/operations.ts';
import { useStartWords } from './words.ts';

export type Provider = Answer<'providers.list'>['data'][number];
type Body = NonNullable<Input<'channels.create'>['body']>;
type Patch = NonNullable<Input<'channels.update'>['body']>;
type Values = Readonly<Record<string, string>>;

type ConnectProps = {
  readonly providers: readonly Provider[];
  /** The channel whose account is entered again; undefined makes a new one. */
  readonly channel: ChannelView | undefined;
  readonly onCancel: () => void;
  readonly onDone: () => void;
};

/** What is entered of an account, and sending it; what is wrong goes to its field. */
function useConnect({ providers, channel, onDone }: Omit<ConnectProps, 'onCancel'>) {
  const needed = useFormWords()('issue.required');
  const queries = useQueryClient();
  const [providerId, setProviderId] = useState(channel?.provider ?? '');
  const [baseUrl, setBaseUrl] = useState(channel?.baseUrl ?? '');
  const [account, setAccount] = useState<Values>({});
  const [settings, setSettings] = useState<Values>({});
  const [failure, setFailure] = useState<Error>();
  const [wrong, setWrong] = useState<Wrong>({});
  const form = useFirstWrong(wrong);
  const [busy, setBusy] = useState(false);
  const provider = providers.find(({ id }) => id === providerId);

  const fields = provider === undefined ? [] : fieldsOf(provider.credential, true);
  const ownFields = provider === undefined ? [] : fieldsOf(provider.settings, false).filter(({ required }) => required);
  // A vendor has one address; whoever needs another finds it with the channel.
  const asksBaseUrl = provider !== undefined && (provider.baseUrl === null || baseUrl !== '');
  // Most accounts are a key and nothing else; it may be pasted before anybody knows whose it is.
  const keyField = fields.find(({ name }) => name === 'apiKey');

  const paste = (text: string): void => {
    const found = provider === undefined ? providerOfKey(text.trim(), providers) : undefined;
    setAccount({ ...account, [found?.keyField ?? 'apiKey']: text });
    if (found !== undefined) setProviderId(found.id);
  };
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (provider === undefined) return;
    const empty = {
      ...emptyOf(fields, account, needed),
      ...emptyOf(ownFields, settings, needed),
      ...(asksBaseUrl && baseUrl.trim() === '' && { baseUrl: needed }),
    };
    setWrong(empty);
    if (Object.keys(empty).length > 0) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const filled = entered(fields, account);
      const own = entered(fieldsOf(provider.settings, false), settings);
      const credentials = Object.keys(filled).length === 0 ? [] : [filled];
      const address = baseUrl.trim() === '' ? {} : { baseUrl: baseUrl.trim() };
      await save(channel, provider, { credentials, settings: own, ...address });
      await queries.invalidateQueries({ queryKey: ['channels.list'] });
      onDone();
    } catch (error) {
      const told = wrongOf(error);
      setWrong(told);
      if (Object.keys(told).length === 0) setFailure(errorOf(error));
    } finally {
      setBusy(false);
    }
  };
  const choose = (id: string): void => {
    setProviderId(id);
    setBaseUrl('');
    setWrong({});
  };
  const shown = { provider, fields, ownFields, keyField, asksBaseUrl, wrong, failure, busy, form };
  return { ...shown, baseUrl, account, settings, setAccount, setSettings, setBaseUrl, paste, choose, send };
}

/** An account at a provider. A pasted key says by itself whose it is, where that is plain. */
export function Connect({ providers, channel, onCancel, onDone }: ConnectProps) {
  const t = useStartWords();
  const { provider, fields, keyField, wrong, account, setAccount, settings, ...rest } = useConnect({
    providers,
    channel,
    onDone,
  });
  return (
    <form ref={rest.form} onSubmit={(event) => void rest.send(event)} noValidate aria-label={t('provider.title')}>
      <Card
        title={t('provider.title')}
        description={t('provider.what')}
        footer={
          <>
            <Button look="quiet" onPress={onCancel}>
              {channel === undefined ? t('skip') : t('back')}
            </Button>
            <Button look="primary" type="submit" busy={rest.busy} isDisabled={provider === undefined}>
              {t('provider.connect')}
            </Button>
          </>
        }
      >
        <div className="grid max-w-lg gap-4">
          {rest.failure !== undefined && <ErrorNotice focus title={t('provider.notSaved')} error={rest.failure} />}
          {(provider === undefined || keyField !== undefined) && (
            <PasswordField
              label={keyField?.label ?? t('provider.key')}
              help={keyField?.help ?? t('provider.keyHelp')}
              autoComplete="off"
              isRequired={keyField?.required ?? false}
              value={account['apiKey'] ?? ''}
              {...given({ error: wrong['apiKey'] })}
              onChange={rest.paste}
            />
          )}
          <Combobox
            label={t('provider.which')}
            choices={providers.map(({ id, label }) => ({ value: id, label }))}
            value={provider?.id ?? ''}
            onChange={rest.choose}
            required
            {...(provider !== undefined && { help: <OuterLink href={provider.docs}>{t('provider.docs')}</OuterLink> })}
          />
          {provider !== undefined && (
            <>
              <ProviderFields
                fields={fields.filter(({ name }) => name !== 'apiKey')}
                values={account}
                errors={wrong}
                onChange={(field, value) => setAccount({ ...account, [field]: value })}
              />
              {rest.asksBaseUrl && (
                <TextField
                  label={t('provider.baseUrl')}
                  type="url"
                  isRequired
                  value={rest.baseUrl}
                  onChange={rest.setBaseUrl}
                  {...given({ error: wrong['baseUrl'] })}
                />
              )}
              <ProviderFields
                fields={rest.ownFields}
                values={settings}
                errors={wrong}
                onChange={(field, value) => rest.setSettings({ ...settings, [field]: value })}
              />
            </>
          )}
        </div>
      </Card>
    </form>
  );
}

/** What is wrong, by the name of its field. */
type Wrong = Readonly<Record<string, string>>;

/** The fields that are empty and must not be. */
const emptyOf = (fields: readonly SchemaField[], values: Values, needed: string): Wrong =>
  Object.fromEntries(
    fields
      .filter(({ name, required }) => required && (values[name] ?? '').trim() === '')
      .map(({ name }) => [name, needed]),
  );

type Account = {
  readonly credentials: readonly unknown[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly baseUrl?: string;
};

/** Makes the channel, or changes its account. The gateway checks all of it by the provider's own schema, from which the fields were drawn. */
async function save(channel: ChannelView | undefined, provider: Provider, account: Account): Promise<void> {
  const { settings, ...rest } = account;
  if (channel === undefined)
    await api.call('channels.create', { body: { name: provider.id, provider: provider.id, ...account } as Body });
  else
    await api.call('channels.update', {
      params: { id: channel.id },
      body: { provider: provider.id, ...rest, ...(Object.keys(settings).length > 0 && { settings }) } as Patch,
    });
}

/** Where the gateway named a field that is on this page, its words without that name; else nothing. */
function wrongOf(error: unknown): Wrong {
  if (!(error instanceof ApiError) || error.param === undefined) return {};
  const [area, ...rest] = error.param.split('.');
  const name = area === 'baseUrl' ? area : area === 'credentials' || area === 'settings' ? rest.at(-1) : undefined;
  if (name === undefined) return {};
  return { [name]: error.message.replace(`${error.param}: `, '') };
}

/** Leads to the first field that is wrong. */
function useFirstWrong(wrong: Wrong) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (Object.keys(wrong).length > 0) form.current?.querySelector<HTMLElement>('input[aria-invalid="true"]')?.focus();
  }, [wrong]);
  return form;
}

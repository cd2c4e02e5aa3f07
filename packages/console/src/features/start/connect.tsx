import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ProviderFields } from '../../components/provider/provider-fields.tsx';
import { detect, entered, fieldsOf } from '../../components/provider/schema-fields.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Combobox } from '../../components/ui/combobox.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { OuterLink } from '../../components/ui/link.tsx';
import { PasswordField, TextField } from '../../components/ui/text-field.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
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

/** An account at a provider. A pasted key says by itself whose it is, where that is plain. */
export function Connect({ providers, channel, onCancel, onDone }: ConnectProps) {
  const t = useStartWords();
  const queries = useQueryClient();
  const [providerId, setProviderId] = useState(channel?.provider ?? '');
  const [baseUrl, setBaseUrl] = useState(channel?.baseUrl ?? '');
  const [account, setAccount] = useState<Values>({});
  const [settings, setSettings] = useState<Values>({});
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const provider = providers.find(({ id }) => id === providerId);

  const fields = provider === undefined ? [] : fieldsOf(provider.credential, true);
  // Most accounts are a key and nothing else; it may be pasted before anybody knows whose it is.
  const keyField = fields.find(({ name }) => name === 'apiKey');

  const paste = (text: string): void => {
    setAccount({ ...account, apiKey: text });
    const found = detect(text.trim(), providers);
    if (found !== undefined && provider === undefined) setProviderId(found);
  };
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (provider === undefined) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const filled = entered(fields, account);
      const own = entered(fieldsOf(provider.settings, false), settings);
      const credentials = Object.keys(filled).length === 0 ? [] : [filled];
      const address = baseUrl.trim() === '' ? {} : { baseUrl: baseUrl.trim() };
      // The gateway checks all of it by the provider's own schema, from which these fields were drawn.
      if (channel === undefined)
        await api.call('channels.create', {
          body: { name: provider.id, provider: provider.id, credentials, settings: own, ...address } as Body,
        });
      else
        await api.call('channels.update', {
          params: { id: channel.id },
          body: {
            provider: provider.id,
            credentials,
            ...(Object.keys(own).length > 0 && { settings: own }),
            ...address,
          } as Patch,
        });
      await queries.invalidateQueries({ queryKey: ['channels.list'] });
      onDone();
    } catch (error) {
      setFailure(errorOf(error));
    } finally {
      setBusy(false);
    }
  };
  const choose = (id: string): void => {
    setProviderId(id);
    setBaseUrl('');
  };

  return (
    <form onSubmit={(event) => void send(event)} noValidate aria-label={t('provider.title')}>
      <Card
        title={t('provider.title')}
        description={t('provider.what')}
        footer={
          <>
            <Button look="quiet" onPress={onCancel}>
              {channel === undefined ? t('skip') : t('back')}
            </Button>
            <Button look="primary" type="submit" busy={busy} isDisabled={provider === undefined}>
              {t('provider.connect')}
            </Button>
          </>
        }
      >
        <div className="grid max-w-lg gap-4">
          {failure !== undefined && <ErrorNotice focus title={t('provider.notSaved')} error={failure} />}
          {(provider === undefined || keyField !== undefined) && (
            <PasswordField
              label={keyField?.label ?? t('provider.key')}
              help={keyField?.help ?? t('provider.keyHelp')}
              autoComplete="off"
              isRequired={keyField?.required ?? false}
              value={account['apiKey'] ?? ''}
              onChange={paste}
            />
          )}
          <Combobox
            label={t('provider.which')}
            choices={providers.map(({ id, label }) => ({ value: id, label }))}
            value={providerId}
            onChange={choose}
            required
            {...(provider !== undefined && { help: <OuterLink href={provider.docs}>{t('provider.docs')}</OuterLink> })}
          />
          {provider !== undefined && (
            <>
              <ProviderFields
                fields={fields.filter(({ name }) => name !== 'apiKey')}
                values={account}
                onChange={(field, value) => setAccount({ ...account, [field]: value })}
              />
              {/* A vendor has one address; whoever needs another finds it with the channel. */}
              {(provider.baseUrl === null || baseUrl !== '') && (
                <TextField label={t('provider.baseUrl')} type="url" isRequired value={baseUrl} onChange={setBaseUrl} />
              )}
              <ProviderFields
                fields={fieldsOf(provider.settings, false).filter(({ required }) => required)}
                values={settings}
                onChange={(field, value) => setSettings({ ...settings, [field]: value })}
              />
            </>
          )}
        </div>
      </Card>
    </form>
  );
}

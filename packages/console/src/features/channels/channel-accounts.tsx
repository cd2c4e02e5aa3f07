import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useQueryClient } from '@tanstack/react-query';
import { Ban, CircleCheck, KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { errorOf } from '../../lib/error-of.ts';
import { Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { calendarDay, fullMoment } from '../../lib/format.ts';
import { useOperation, type Input } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { ProviderFields } from '../../components/provider/provider-fields.tsx';
import { entered, fieldsOf } from '../../components/provider/schema-fields.ts';
import { useChannelWords } from './words.ts';

type Credentials = NonNullable<NonNullable<Input<'channels.update'>['body']>['credentials']>;

/** The accounts at the provider: of their secrets only the end is known here. */
export function ChannelAccounts({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const queries = useQueryClient();
  const rights = useRights();
  const [adding, setAdding] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const writes = rights.may('channels:write') && channel.owner === null;
  // An account that is named by its id keeps its secrets.
  const kept = channel.credentials.map(({ id, enabled }) => ({ id, enabled }));
  const write = async (credentials: Credentials, done: string): Promise<void> => {
    await api.call('channels.update', { params: { id: channel.id }, body: { credentials } });
    for (const name of ['channels.list', 'channels.read', 'channels.health', 'audit.list'])
      await queries.invalidateQueries({ queryKey: [name] });
    showToast({ title: done });
  };
  const attempt = (credentials: readonly { readonly id: string; readonly enabled: boolean }[], done: string): void => {
    setFailure(undefined);
    // The contract's type knows fields of a credential as texts only, beside which `enabled` does not fit.
    write([...credentials] as unknown[] as Credentials, done).catch((error: unknown) => setFailure(errorOf(error)));
  };
  return (
    <Card
      title={t('tab.accounts')}
      description={t('accounts.what')}
      padded={false}
      actions={
        writes && (
          <Button size="small" icon={Plus} onPress={() => setAdding(true)}>
            {t('accounts.add')}
          </Button>
        )
      }
    >
      {failure !== undefined && (
        <div className="p-4">
          <ErrorNotice title={t('notChanged')} error={failure} />
        </div>
      )}
      {channel.credentials.length === 0 ? (
        <EmptyState icon={KeyRound} title={t('accounts.none')}>
          {t('accounts.noneWhat')}
        </EmptyState>
      ) : (
        <ul>
          {channel.credentials.map((account) => (
            <li
              key={account.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 last:border-b-0"
            >
              <span className="w-8 text-muted">{`#${account.index}`}</span>
              <span className="min-w-0 grow font-mono text-small wrap-anywhere">
                {Object.entries(account.hints)
                  .map(([field, hint]) => `${field} ${hint}`)
                  .join('  ')}
              </span>
              {account.enabled ? (
                <Status tone="good">{t('state.enabled')}</Status>
              ) : (
                <Status tone="off">{t('state.off')}</Status>
              )}
              <span className="text-small text-muted" title={fullMoment(account.createdAt)}>
                {calendarDay(account.createdAt)}
              </span>
              {writes && (
                <span className="flex gap-1">
                  <IconButton
                    icon={account.enabled ? Ban : CircleCheck}
                    label={t(account.enabled ? 'accounts.disable' : 'accounts.enable', { index: account.index })}
                    onPress={() =>
                      attempt(
                        kept.map((one) => (one.id === account.id ? { ...one, enabled: !one.enabled } : one)),
                        t('accounts.changed', { index: account.index }),
                      )
                    }
                  />
                  <IconButton
                    icon={Trash2}
                    label={t('accounts.remove', { index: account.index })}
                    isDisabled={kept.length === 1}
                    onPress={() =>
                      attempt(
                        kept.filter(({ id }) => id !== account.id),
                        t('accounts.removed', { index: account.index }),
                      )
                    }
                  />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <Dialog open={adding} onClose={() => setAdding(false)} title={t('accounts.add')}>
        {adding && (
          <AddAccount
            providerId={channel.provider}
            onClose={() => setAdding(false)}
            onAdd={async (account) => {
              await write([...kept, account] as Credentials, t('accounts.added'));
              setAdding(false);
            }}
          />
        )}
      </Dialog>
    </Card>
  );
}

type AddAccountProps = {
  readonly providerId: string;
  readonly onClose: () => void;
  readonly onAdd: (account: Record<string, unknown>) => Promise<void>;
};

function AddAccount({ providerId, onClose, onAdd }: AddAccountProps) {
  const t = useChannelWords();
  const providers = useOperation('providers.list');
  const provider = providers.data?.data.find(({ id }) => id === providerId);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const fields = provider === undefined ? [] : fieldsOf(provider.credential, true);
  const add = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onAdd(entered(fields, values));
    } catch (error) {
      setFailure(errorOf(error));
      setBusy(false);
    }
  };
  return (
    <form
      className="grid gap-4"
      noValidate
      aria-label={t('accounts.add')}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      {failure !== undefined && <ErrorNotice focus title={t('accounts.notAdded')} error={failure} />}
      <ProviderFields
        fields={fields}
        values={values}
        onChange={(field, value) => setValues({ ...values, [field]: value })}
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{t('cancel')}</Button>
        <Button look="primary" type="submit" busy={busy}>
          {t('accounts.add')}
        </Button>
      </div>
    </form>
  );
}

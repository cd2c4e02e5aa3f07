import type { ChannelView } from '@tollgate/contract/api/configuration';
import { Ban, CircleCheck, FlaskConical, KeyRound, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { DataGrid } from '../../../components/data-grid/data-grid.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { MenuItem } from '../../../components/ui/menu.tsx';
import { api } from '../../../lib/api.ts';
import { useOperation } from '../../../lib/operations.ts';
import { useRights } from '../../../lib/session.ts';
import { useChannelWords } from '../words.ts';
import { AddAccountButtons } from './add-account-buttons.tsx';
import { AllMenu, Filter, type Shown } from './account-tools.tsx';
import { Balances } from './balances.tsx';
import { RemoveAccounts } from './remove-accounts.tsx';
import { useAccountColumns } from './use-account-columns.tsx';
import { useAccounts, type AccountRow } from './use-accounts.ts';

const idOf = ({ id }: AccountRow): string => id;
const indexOf = ({ index }: AccountRow): number => index;

/** The accounts at the provider, one by one: which is used, which is not and why. Of their secrets only the end is known here. */
export function ChannelAccounts({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const rights = useRights();
  const { list, tests, test, put, refresh } = useAccounts(channel.id);
  const columns = useAccountColumns();
  const [shown, setShown] = useState<Shown>('all');
  const providers = useOperation('providers.list');
  const [removing, setRemoving] = useState<readonly number[]>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(
    () =>
      list.data?.data.map((one): AccountRow => ({
        ...one,
        tested: tests.get(one.index),
        wasTested: tests.has(one.index),
      })),
    [list.data, tests],
  );
  // Whether an account is in use is its state; which accounts there are is configuration, and may be a file's.
  const writes = rights.may('channels:write');
  const owns = writes && channel.owner === null;
  const testAll = async (all: readonly AccountRow[]): Promise<void> => {
    for (const { index } of all) await test(index);
  };
  const label = ({ index }: AccountRow): string => t('accounts.name', { index });
  const provider = providers.data?.data.find(({ id }) => id === channel.provider);
  const addButtons = owns && <AddAccountButtons channel={channel} provider={provider} known={rows?.length ?? 0} />;
  return (
    <>
      <DataGrid
        id="channel-accounts"
        label={t('tab.accounts')}
        columns={columns}
        rows={rows?.filter(({ state }) => shown === 'all' || state === shown)}
        rowId={idOf}
        rowLabel={label}
        error={list.error}
        failed={t('accounts.unread')}
        onRetry={() => void list.refetch()}
        onClearFilters={shown === 'all' ? undefined : () => setShown('all')}
        maxHeight={620}
        toolbar={
          <>
            <Filter rows={rows ?? []} value={shown} onChange={setShown} />
            {addButtons}
            {writes && provider?.tellsBalance === true && <Balances id={channel.id} />}
            {writes && (
              <AllMenu
                rows={rows ?? []}
                owns={owns}
                onTest={() => void testAll(rows ?? [])}
                onEnable={(off) => void put(off, true)}
                onRemove={setRemoving}
              />
            )}
          </>
        }
        {...(writes && {
          selection: {
            ids: chosen,
            onChange: setChosen,
            actions: (inside: readonly AccountRow[]) => (
              <>
                <Button size="small" icon={FlaskConical} onPress={() => void testAll(inside)}>
                  {t('accounts.test')}
                </Button>
                <Button size="small" icon={CircleCheck} onPress={() => void put(inside.map(indexOf), true)}>
                  {t('enable')}
                </Button>
                <Button size="small" look="danger" icon={Ban} onPress={() => void put(inside.map(indexOf), false)}>
                  {t('disable')}
                </Button>
                {owns && (
                  <Button size="small" look="danger" icon={Trash2} onPress={() => setRemoving(inside.map(indexOf))}>
                    {t('accounts.remove')}
                  </Button>
                )}
              </>
            ),
          },
          actions: (account: AccountRow) => (
            <>
              <MenuItem icon={FlaskConical} onAction={() => void test(account.index)}>
                {t('accounts.test')}
              </MenuItem>
              <MenuItem
                icon={account.state === 'disabled' ? CircleCheck : Ban}
                onAction={() => void put([account.index], account.state === 'disabled')}
              >
                {t(account.state === 'disabled' ? 'enable' : 'disable')}
              </MenuItem>
              <MenuItem icon={Trash2} danger disabled={!owns} onAction={() => setRemoving([account.index])}>
                {t('accounts.remove')}
              </MenuItem>
            </>
          ),
        })}
        empty={
          <EmptyState icon={KeyRound} title={t('accounts.none')} {...(owns && { action: addButtons })}>
            {t(provider?.accountLogin === true ? 'signIn.noneWhat' : 'accounts.noneWhat')}
          </EmptyState>
        }
      />
      <RemoveAccounts
        rows={(rows ?? []).filter(({ index }) => removing?.includes(index))}
        onClose={() => setRemoving(undefined)}
        onRemove={async (which) => {
          await api.call('credentials.delete', { params: { id: channel.id }, body: { which } });
          setChosen(new Set());
          await refresh();
        }}
      />
    </>
  );
}

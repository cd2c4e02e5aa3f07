import type { CredentialView } from '@tollgate/contract/api/credentials';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showToast } from '../../../components/ui/toast-queue.ts';
import { api, type Answer } from '../../../lib/api.ts';
import { errorOf } from '../../../lib/error-of.ts';
import { useAction, useOperation } from '../../../lib/operations.ts';
import { useChannelWords } from '../words.ts';

/** What came of a test of one account; `undefined` while it is under way. */
export type Tested = Answer<'channels.test'> | { readonly error: Error } | undefined;

/** What a change of accounts makes old. */
export const accountAnswers = [
  'credentials.list',
  'channels.list',
  'channels.read',
  'channels.health',
  'audit.list',
] as const;
const refreshMs = 10_000;

/** The accounts of a channel with their states, which are read again while somebody looks, and what is done with them. */
export function useAccounts(channelId: string) {
  const t = useChannelWords();
  const params = { id: channelId };
  const list = useOperation('credentials.list', { params, query: {} }, { refreshMs });
  const [tests, setTests] = useState<ReadonlyMap<number, Tested>>(new Map());
  const queries = useQueryClient();
  const change = useAction('credentials.change', { invalidates: accountAnswers, failed: t('notChanged') });

  const note = (index: number, tested: Tested): void => setTests((before) => new Map(before).set(index, tested));
  const test = async (index: number): Promise<void> => {
    note(index, undefined);
    try {
      note(index, await api.call('channels.test', { params, body: { credential: index } }));
    } catch (error) {
      note(index, { error: errorOf(error) });
    }
  };
  const put = async (which: readonly number[], enabled: boolean): Promise<void> => {
    const done = await change.run({ params, body: { which: [...which], enabled } });
    if (done === undefined) return;
    showToast({
      title: t(enabled ? 'accounts.enabled' : 'accounts.disabled', { count: which.length, index: which[0] ?? 0 }),
      undo: () => void change.run({ params, body: { which: [...which], enabled: !enabled } }),
    });
  };
  const refresh = async (): Promise<void> => {
    for (const name of accountAnswers) await queries.invalidateQueries({ queryKey: [name] });
  };
  return { list, tests, test, put, refresh };
}

export type AccountRow = CredentialView & { readonly tested: Tested; readonly wasTested: boolean };

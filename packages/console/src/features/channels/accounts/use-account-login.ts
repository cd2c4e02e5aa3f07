import { useEffect, useState } from 'react';
import { showToast } from '../../../components/ui/toast-queue.ts';
import type { Answer } from '../../../lib/api.ts';
import { useAction } from '../../../lib/operations.ts';
import { useChannelWords } from '../words.ts';
import { accountAnswers } from './use-accounts.ts';

export type BegunLogin = Answer<'credentials.login.begin'>;

/** A sign-in at the vendor, from its beginning to the account. With a code it is asked again and again whether it was typed. */
export function useAccountLogin(channelId: string, onAdded: () => void) {
  const t = useChannelWords();
  const params = { id: channelId };
  const [begun, setBegun] = useState<BegunLogin>();
  /** Counts the questions, each of which begins the wait for the next. */
  const [asked, setAsked] = useState(0);
  const starting = useAction('credentials.login.begin');
  const ending = useAction('credentials.login.finish', { invalidates: accountAnswers });

  const begin = async (by: 'device' | 'browser'): Promise<void> => {
    ending.reset();
    const done = await starting.run({ params, body: { by } });
    if (done !== undefined) setBegun(done.answer);
  };
  const finish = async (flow: string, redirected?: string): Promise<void> => {
    const body = redirected === undefined ? { flow } : { flow, redirected };
    const done = await ending.run({ params, body });
    if (done?.answer.state === 'added') {
      showToast({ title: t('signIn.added') });
      onAdded();
    } else if (done !== undefined) setAsked((count) => count + 1);
  };
  const forget = (): void => {
    starting.reset();
    ending.reset();
    setBegun(undefined);
  };

  // A failure ends the waiting: it is shown, and whoever reads it begins again.
  useEffect(() => {
    if (begun === undefined || begun.pollMs === null) return;
    const timer = setTimeout(() => void finish(begun.flow), begun.pollMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-deps -- `finish` is another one with each drawing, which is no reason to wait anew
  }, [begun, asked]);

  return { begun, begin, finish, forget, busy: starting.busy || ending.busy, error: starting.error ?? ending.error };
}

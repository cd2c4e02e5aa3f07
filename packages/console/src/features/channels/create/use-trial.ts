import { useState } from 'react';
import { likelyModel } from '../../../components/provider/likely-model.ts';
import { api, type Answer } from '../../../lib/api.ts';
import { errorOf } from '../../../lib/error-of.ts';
import { useOperation } from '../../../lib/operations.ts';
import { trialBody, type Draft, type Provider } from './draft.ts';

/** What an account said when it was tried. */
export type Trial = {
  /** Of the account that was tried: another one is not tried yet. */
  readonly of: string;
  readonly listed?: Answer<'channels.drafts.models'> | undefined;
  readonly tested?: Answer<'channels.drafts.test'>;
  /** Why it could not be asked at all, or gave no list where it was asked for one. */
  readonly error?: Error;
};

/** Whether it may be served: it answered, or named its models where none was chosen to be asked. */
export const worked = (trial: Trial | undefined): boolean =>
  trial !== undefined && (trial.tested === undefined ? trial.error === undefined : trial.tested.ok);

/**
 * Tries the account of a draft before anything is kept: which models it may use, then whether one of them answers. The
 * small and likely one is asked, unless the draft serves others.
 */
export function useTrial(provider: Provider | undefined, draft: Draft) {
  const known = useOperation('models.list', {}, { freshMs: 60_000 });
  const [kept, setTrial] = useState<Trial>();
  const [busy, setBusy] = useState(false);
  const of = JSON.stringify([provider?.id, draft.credential, draft.settings, draft.baseUrl]);
  const trial = kept?.of === of ? kept : undefined;

  const ask = async (wanted: Provider): Promise<Trial> => {
    const found: { -readonly [K in keyof Trial]: Trial[K] } = { of };
    try {
      const body = trialBody(wanted, draft);
      if (wanted.listsModels)
        found.listed = await api.call('channels.drafts.models', { body }).catch((error: unknown) => {
          // Some servers answer and do not list: what is named by hand can still be asked.
          if (draft.models.length === 0) throw error;
          return undefined;
        });
      const names = draft.models.length > 0 ? draft.models : (found.listed?.models ?? []);
      const model = likelyModel(names, known.data?.data ?? []);
      if (model !== undefined) found.tested = await api.call('channels.drafts.test', { body: { ...body, model } });
    } catch (error) {
      found.error = errorOf(error);
    }
    return found;
  };
  const run = async (): Promise<Trial | undefined> => {
    if (provider === undefined) return undefined;
    setBusy(true);
    const found = await ask(provider);
    setTrial(found);
    setBusy(false);
    return found;
  };
  return { trial, busy, run, known: known.data?.data ?? [] };
}

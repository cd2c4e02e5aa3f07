import type { providerKeyOperations } from '@tollgate/contract/operations/provider-keys';
import { formatDecimal } from '../../domain/decimal.ts';
import { feeOf } from '../../domain/provider-keys.ts';
import type { StoredProviderKey } from '../../domain/configuration.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Channel } from '../../domain/snapshot.ts';
import { firstAccount, listModels } from '../../inquiries/list-models.ts';
import { channelOf, draftChannel } from '../../services/provider-keys/draft.ts';
import { offeredProviders } from '../../services/provider-keys/offered.ts';
import { presentProviderKeys } from '../../services/provider-keys/present.ts';
import {
  createProviderKey,
  deleteProviderKey,
  listProviderKeys,
  mustOwn,
  stopProviderKey,
  updateProviderKey,
} from '../../services/provider-keys/provider-keys.ts';
import { mayBring } from '../../services/provider-keys/wanted.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Caller, Handlers } from './operation.ts';
import { presentProvider } from './site.ts';

/** Keys that people and teams bring to providers. */
export const providerKeyHandlers = (deps: AdminDeps): Handlers<typeof providerKeyOperations> => {
  const { database, configuration, snapshot } = deps;
  const shown = async (key: StoredProviderKey) => {
    const [view] = await presentProviderKeys(database.db, [key]);
    if (view === undefined) throw new Error('a provider key could not be shown');
    return view;
  };
  const test = async (caller: Caller, channel: Channel, model: string | undefined) => {
    await countTrial(deps, caller);
    const { ok, status, durationMs, message } = await deps.trials.testOn(channel, { model });
    return { ok, status, durationMs, message };
  };
  return {
    'providerKeys.list': async ({ query }, { caller }) => ({
      data: await presentProviderKeys(database.db, await listProviderKeys(deps, caller.actor, query)),
    }),
    'providerKeys.choices': (_ask, { caller }) => {
      const { settings, groups } = snapshot();
      const { enabled, maxPerOwner } = settings.providerKeys;
      const offered = enabled ? offeredProviders(configuration.providers, settings.providerKeys) : [];
      return Promise.resolve({
        enabled,
        most: maxPerOwner,
        feePercent: formatDecimal(feeOf(settings.providerKeys, groups.get(caller.user.group)), 4),
        providers: offered.map(presentProvider),
      });
    },
    'providerKeys.create': async ({ body }, { caller }) =>
      await shown(await createProviderKey(deps, caller.actor, body)),
    'providerKeys.try': async ({ body }, { caller }) => await test(caller, await draftChannel(deps, body), body.model),
    'providerKeys.models': async ({ body }, { caller }) => {
      const account = firstAccount(await draftChannel(deps, body));
      await countTrial(deps, caller);
      return { models: [...(await listModels(deps.inquiries, account))] };
    },
    'providerKeys.update': async ({ params, body }, { caller }) =>
      await shown(await updateProviderKey(deps, caller.actor, params.id, body)),
    'providerKeys.delete': async ({ params }, { caller }) => {
      await deleteProviderKey(deps, caller.actor, params.id);
    },
    'providerKeys.test': async ({ params, body }, { caller }) => {
      const key = await mustOwn(database.db, caller.actor, params.id);
      mayBring(deps.accounts);
      if (key.stopped) throw new Refusal('forbidden', 'An administrator has stopped this provider key.');
      await configuration.secretBox.reload();
      return await test(caller, channelOf(deps, key), body.model);
    },
    'providerKeys.stop': async ({ params, body }, { caller }) =>
      await shown(await stopProviderKey(deps, caller.actor, params.id, body)),
  };
};

/** So many trials an hour have somebody set up their keys, and are no way of trying out those of others. */
const trials = { most: 60, ms: 3_600_000 };

async function countTrial({ attempts }: AdminDeps, { user }: Caller): Promise<void> {
  if (await attempts.spend(`provider-keys of ${user.id}`, trials)) return;
  throw new Refusal('too_many_attempts', `No more than ${trials.most} trials of provider keys an hour.`);
}

import type { channelInquiryOperations } from '@tollgate/contract/operations/channel-inquiries';
import { compareModels } from '../../domain/compare-models.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Channel, Snapshot } from '../../domain/snapshot.ts';
import { fetchBalance } from '../../inquiries/fetch-balance.ts';
import { heldModels } from '../../inquiries/held-models.ts';
import { firstAccount, listModels, watchList } from '../../inquiries/list-models.ts';
import { listWatches, lookAt, takeModels } from '../../services/model-watch/model-watch.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** What a channel's accounts are asked about themselves. */
export const channelInquiryHandlers = ({
  configuration,
  snapshot,
  inquiries,
}: AdminDeps): Handlers<typeof channelInquiryOperations> => {
  const held = heldModels(inquiries);
  const watching = { configuration, list: watchList(inquiries) };
  const accountOf = (id: string) => firstAccount(channelIn(snapshot(), id));
  return {
    'channels.models.fetch': async ({ params, body }) => {
      const channel = channelIn(snapshot(), params.id);
      const listed = await listModels(inquiries, firstAccount(channel));
      const served = [...channel.models].map(([name, { upstream }]) => ({ name, upstream }));
      const compared = compareModels(listed, served, body.ignore ?? channel.ignoredModels);
      return {
        new: [...compared.new],
        existing: [...compared.existing],
        gone: [...compared.gone],
        ignored: [...compared.ignored],
      };
    },
    'channels.watches.list': async () => ({ data: [...(await listWatches(configuration, snapshot()))] }),
    'channels.watches.look': async ({ params }) => await lookAt(watching, channelIn(snapshot(), params.id)),
    'channels.watches.take': async ({ params, body }, { caller }) =>
      await takeModels(configuration, caller.actor.label, channelIn(snapshot(), params.id), body),
    'channels.held.list': async ({ params }) => await held.list(accountOf(params.id)),
    'channels.held.pull': async ({ params, body }) => {
      await held.pull(accountOf(params.id), body.model);
      return await held.list(accountOf(params.id));
    },
    'channels.held.remove': async ({ params, body }) => {
      await held.remove(accountOf(params.id), body.model);
      return await held.list(accountOf(params.id));
    },
    'channels.balance': async ({ params }) => {
      const told = await fetchBalance(inquiries, channelIn(snapshot(), params.id));
      return { credentials: told.map(({ balances, ...account }) => ({ ...account, balances: [...balances] })) };
    },
  };
};

/** A channel as the gateway routes to it; one whose seal is broken cannot be asked. */
export function channelIn({ channels }: Snapshot, id: string): Channel {
  const channel = channels.get(id);
  if (!channel) throw new Refusal('not_found', `Channel "${id}" does not exist, or cannot be opened.`);
  return channel;
}

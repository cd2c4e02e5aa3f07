import { channelInputSchema } from '@tollgate/contract/api/configuration';
import type { ChannelDraft } from '@tollgate/contract/api/channel-trials';
import { channelFields } from '@tollgate/contract/entities/channel';
import { pickFields } from '@tollgate/contract/entities/field';
import { Refusal } from '../../domain/refusal.ts';
import type { Channel } from '../../domain/snapshot.ts';
import { openChannel } from '../snapshot/open-stored.ts';
import type { ConfigurationContext } from './context.ts';
import { sealCredential, sealWiring, validateChannel } from './validated-channel.ts';

const id = 'draft';

/**
 * The channel that a draft would be, opened as a stored one is, so that it is asked in the very same way; of no group, and
 * nothing of it is kept. Refuses what a channel may not be, and a draft without an account, as `channels.create` does.
 */
export async function draftChannel(
  context: ConfigurationContext,
  draft: ChannelDraft,
  model: string | undefined,
): Promise<Channel> {
  const { secretBox } = context;
  await secretBox.reload();
  const { groups, ...rest } = channelInputSchema.parse({
    ...draft,
    name: id,
    ...(model !== undefined && { models: [model] }),
  });
  const known = { providers: context.providers, groups: new Set(groups) };
  const wanted = validateChannel({ ...rest, groups }, known);
  const [account] = wanted.credentials;
  if (account === undefined) throw new Refusal('invalid_request', 'credentials: there is no account to ask by.');
  const channel = openChannel(
    {
      id,
      name: id,
      provider: wanted.provider,
      baseUrl: wanted.baseUrl,
      models: wanted.models,
      sealedWiring: sealWiring(secretBox, id, wanted.wiring),
      ...pickFields(channelFields, wanted),
      disabled: undefined,
      owner: undefined,
      createdAt: 0,
      updatedAt: 0,
      credentials: [
        {
          id,
          channelId: id,
          index: 0,
          sealed: sealCredential(secretBox, id, account.values ?? {}),
          hints: {},
          enabled: true,
          disabled: undefined,
          createdAt: 0,
        },
      ],
    },
    { ...context, log: { warn: () => undefined } },
  );
  if (channel === undefined || channel.credentials.length === 0)
    throw new Refusal('invalid_request', 'credentials: the account cannot be read.');
  return channel;
}

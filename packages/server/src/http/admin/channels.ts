import { channelPreviewedSchema } from '@tollgate/contract/api/channel-trials';
import { overridesSchema } from '@tollgate/contract/api/overrides';
import type { channelOperations } from '@tollgate/contract/operations/channels';
import {
  createChannel,
  deleteChannel,
  getChannel,
  listChannels,
  updateChannel,
} from '../../services/configuration/channels.ts';
import { draftChannel } from '../../services/configuration/draft-channel.ts';
import { firstAccount, listModels } from '../../inquiries/list-models.ts';
import { copyChannel } from '../../services/configuration/copy-channel.ts';
import { readOverrides } from '../../services/configuration/read-overrides.ts';
import type { AdminDeps } from './admin-deps.ts';
import { Refusal } from '../../domain/refusal.ts';
import { callerMay, type Caller, type Handlers } from './operation.ts';

/** What of a channel is secret, or says where its secrets go: who may only run channels leaves it as it is. */
const secretFields = ['provider', 'baseUrl', 'credentials', 'settings', 'overrides', 'proxy'] as const;

type SecretField = (typeof secretFields)[number];

function refuseSecretFields(caller: Caller, given: { readonly [F in SecretField]?: unknown }): void {
  const param = secretFields.find((name) => given[name] !== undefined);
  if (param === undefined || callerMay(caller, 'credentials:write')) return;
  throw new Refusal('forbidden', 'Your role does not allow changing credentials, addresses and overrides.', { param });
}

/** Provider accounts that requests can go to. */
export const channelHandlers = ({
  configuration,
  trials,
  inquiries,
}: AdminDeps): Handlers<typeof channelOperations> => ({
  'channels.list': async ({ query }) => ({ data: [...(await listChannels(configuration, query))] }),
  'channels.create': async ({ body }, context) => await createChannel(configuration, context.caller.actor.label, body),
  'channels.read': async ({ params }) => await getChannel(configuration, params.id),
  'channels.update': async ({ params, body }, { caller }) => {
    refuseSecretFields(caller, body);
    return await updateChannel(configuration, caller.actor.label, params.id, body, {
      maySendSecretsElsewhere: callerMay(caller, 'secrets:write'),
    });
  },
  'channels.copy': async ({ params, body }, { caller }) =>
    await copyChannel(configuration, caller.actor.label, params.id, body),
  'channels.preview': async ({ params, body: { overrides, ...tried } }) => {
    const read = overrides === undefined ? undefined : readOverrides(overrides);
    const shown = await trials.preview(params.id, tried, read && (read.overrides ?? overridesSchema.parse({})));
    return channelPreviewedSchema.parse({ ...shown, mistakes: read?.mistakes ?? [] });
  },
  'channels.test': async ({ params, body }) => await trials.test(params.id, body),
  'channels.drafts.models': async ({ body }) => {
    const account = firstAccount(await draftChannel(configuration, body, undefined));
    const startedMs = inquiries.clock.elapsed();
    const models = [...(await listModels(inquiries, account))];
    return { models, durationMs: Math.round(inquiries.clock.elapsed() - startedMs) };
  },
  'channels.drafts.test': async ({ body: { model, endpoint, stream, ...draft } }) =>
    await trials.testOn(await draftChannel(configuration, draft, model), { model, endpoint, stream }),
  'channels.delete': async ({ params }, context) => {
    await deleteChannel(configuration, context.caller.actor.label, params.id);
  },
});

import type { ChannelInput, ChannelPatch, ChannelQuery, ChannelView } from '@tollgate/contract/api/configuration';
import { channelInputSchema } from '@tollgate/contract/api/configuration';
import { overridesSchema } from '@tollgate/contract/api/overrides';
import { channelFields } from '@tollgate/contract/entities/channel';
import { pickFields } from '@tollgate/contract/entities/field';
import { z } from 'zod';
import type { Disabled, StoredChannel, StoredCredential } from '../../domain/configuration.ts';
import type { Work } from '../../domain/work.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import { groupRepository } from '../../store/configuration/groups.ts';
import { modelWatchRepository } from '../../store/configuration/model-watches.ts';
import { Refusal } from '../../domain/refusal.ts';
import { inSlices } from '../in-slices.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import { validateChannel, openCredential, openWiring, sealCredential, sealWiring } from './validated-channel.ts';
import type { ChannelContext, WantedChannel } from './validated-channel.ts';
import { assertUnlocked, edit, invalid, notFound, recordEdit } from './context.ts';
import type { Actor, ConfigurationContext } from './context.ts';
import { hasMask, hintOf, unmaskOverrides, unmaskProxy } from './masking.ts';
import { keepSecretsWhereTheyGo } from './where-secrets-go.ts';
import { presentChannel } from './present.ts';
import type { Db } from '../../store/database.ts';

/** Every channel by name, or those that have a tag; without secrets. */
export async function listChannels(
  context: ConfigurationContext,
  { tag }: ChannelQuery = {},
): Promise<readonly ChannelView[]> {
  await context.secretBox.reload();
  const channels = await channelRepository.all(context.database.db);
  const wanted = tag === undefined ? channels : channels.filter((channel) => channel.tags.includes(tag));
  return await inSlices(presentAll(context, wanted));
}

function* presentAll(context: ConfigurationContext, channels: readonly StoredChannel[]): Work<readonly ChannelView[]> {
  const views: ChannelView[] = [];
  for (const channel of channels) {
    views.push(presentChannel(context, channel));
    yield;
  }
  return views;
}

/** One channel; refuses with `not_found`. */
export async function getChannel(context: ConfigurationContext, id: string): Promise<ChannelView> {
  await context.secretBox.reload();
  return presentChannel(context, await mustFind(context.database.db, id));
}

/** Refuses an input its provider does not understand, and a name that is taken. */
export async function createChannel(
  context: ConfigurationContext,
  actor: Actor,
  input: ChannelInput,
): Promise<ChannelView> {
  await context.secretBox.reload();
  return await edit(context, async (db) => {
    const wanted = validateChannel(input, await channelContextOf(db, context));
    const stored = await writeChannel(db, context, { actor, owner: undefined, existing: undefined, wanted });
    return presentChannel(context, stored);
  });
}

/**
 * Changes what the patch names; null goes back to the default. `credentials`, when given, is the whole list. What is stored
 * goes to another address only for who may send secrets elsewhere.
 */
export async function updateChannel(
  context: ConfigurationContext,
  actor: Actor,
  id: string,
  patch: ChannelPatch,
  { maySendSecretsElsewhere = false } = {},
): Promise<ChannelView> {
  await context.secretBox.reload();
  return await edit(context, async (db) => {
    const existing = await mustFind(db, id);
    assertUnlocked(existing.owner, actor, `Channel "${existing.name}"`);
    const merged = mergePatch(existing, context.secretBox, patch);
    const ids = new Set(existing.credentials.map((credential) => credential.id));
    const wanted = {
      ...validateChannel(merged, await channelContextOf(db, context), ids),
      disabledReason: patch.disabledReason ?? '',
    };
    const before = { ...existing, wiring: openWiring(context.secretBox, existing) };
    if (!maySendSecretsElsewhere) keepSecretsWhereTheyGo(context.providers, before, wanted, patch);
    const stored = await writeChannel(db, context, { actor, owner: existing.owner, existing, wanted });
    return presentChannel(context, stored);
  });
}

/** A change that moves no secret elsewhere, for a transaction that has read the channel. Refuses where a config file owns it. */
export async function patchChannel(
  db: Db,
  context: ConfigurationContext,
  actor: Actor,
  existing: StoredChannel,
  patch: Pick<ChannelPatch, 'credentials' | 'models'>,
): Promise<StoredChannel> {
  assertUnlocked(existing.owner, actor, `Channel "${existing.name}"`);
  const merged = mergePatch(existing, context.secretBox, patch);
  const ids = new Set(existing.credentials.map((one) => one.id));
  const wanted = { ...validateChannel(merged, await channelContextOf(db, context), ids), disabledReason: '' };
  return await writeChannel(db, context, { actor, owner: existing.owner, existing, wanted });
}

/** Removes the channel and its credentials. The log and the books keep its id. */
export async function deleteChannel(context: ConfigurationContext, actor: Actor, id: string): Promise<void> {
  await context.secretBox.reload();
  await edit(context, async (db) => {
    const existing = await mustFind(db, id);
    assertUnlocked(existing.owner, actor, `Channel "${existing.name}"`);
    await removeChannel(db, context, actor, existing);
  });
}

/** The removal itself, for a transaction that has decided on it. */
export async function removeChannel(
  db: Db,
  context: ConfigurationContext,
  actor: Actor,
  existing: StoredChannel,
): Promise<void> {
  await channelRepository.remove(db, existing.id);
  await modelWatchRepository.remove(db, existing.id);
  await recordEdit(db, {
    actor,
    at: context.now(),
    kind: 'channel',
    ref: existing.id,
    before: presentChannel(context, existing),
    after: undefined,
  });
}

export async function channelContextOf(db: Db, context: ConfigurationContext): Promise<ChannelContext> {
  const groups = await groupRepository.all(db);
  return { providers: context.providers, groups: new Set(groups.map((group) => group.name)) };
}

/** Makes the stored channel what is wanted, with its credentials, change and audit entry, inside a transaction. */
export async function writeChannel(
  db: Db,
  context: ConfigurationContext,
  write: {
    readonly actor: Actor;
    readonly owner: string | undefined;
    readonly existing: StoredChannel | undefined;
    readonly wanted: WantedChannel;
  },
): Promise<StoredChannel> {
  const { actor, owner, existing, wanted } = write;
  const at = context.now();
  const namesake = await channelRepository.findByName(db, wanted.name);
  if (namesake !== undefined && namesake.id !== existing?.id)
    throw new Refusal('conflict', `There is a channel "${wanted.name}" already.`, { param: 'name' });
  const id = existing?.id ?? `ch_${context.newId()}`;
  const channel = {
    id,
    name: wanted.name,
    provider: wanted.provider,
    baseUrl: wanted.baseUrl,
    models: wanted.models,
    sealedWiring: sealWiring(context.secretBox, id, wanted.wiring),
    ...pickFields(channelFields, wanted),
    disabled: wanted.enabled ? undefined : keepDisabled(existing, wanted.disabledReason, actor, at),
    owner,
    createdAt: existing?.createdAt ?? at,
    updatedAt: at,
  };
  if (existing === undefined) await channelRepository.insert(db, channel);
  else await channelRepository.update(db, channel);
  // Another upstream lists other models: none of them is news.
  if (existing !== undefined && (existing.provider !== channel.provider || existing.baseUrl !== channel.baseUrl))
    await modelWatchRepository.remove(db, id);
  await writeCredentials(db, context, id, existing?.credentials ?? [], wanted, {
    reason: wanted.disabledReason,
    by: actor,
    at,
  });
  const stored = await mustFind(db, id);
  await recordEdit(db, {
    actor,
    at,
    kind: 'channel',
    ref: id,
    before: existing && presentChannel(context, existing),
    after: presentChannel(context, stored),
  });
  return stored;
}

function keepDisabled(
  existing: StoredChannel | undefined,
  reason: string,
  by: Actor,
  at: number,
): StoredChannel['disabled'] {
  return existing?.disabled !== undefined && reason === '' ? existing.disabled : { reason, by, at };
}

async function writeCredentials(
  db: Db,
  context: ConfigurationContext,
  channelId: string,
  before: readonly StoredCredential[],
  wanted: WantedChannel,
  out: Disabled,
): Promise<void> {
  const { secretBox } = context;
  const { at } = out;
  const hints = (values: Readonly<Record<string, string>>): Record<string, string> =>
    hintsOf(values, context.providers.get(wanted.provider)?.credential.shape ?? {});
  const kept = new Set(wanted.credentials.map((credential) => credential.id));
  for (const credential of before)
    if (!kept.has(credential.id)) await channelRepository.removeCredential(db, credential.id);
  for (const credential of wanted.credentials) {
    const stored = before.find((candidate) => candidate.id === credential.id);
    const values = credential.values ?? {};
    if (stored === undefined) {
      const id = `cred_${context.newId()}`;
      const sealed = sealCredential(secretBox, id, values);
      await channelRepository.addCredential(db, {
        id,
        channelId,
        sealed,
        hints: hints(values),
        enabled: credential.enabled,
        disabled: credential.enabled ? undefined : out,
        createdAt: at,
      });
    } else if (credential.values !== undefined) {
      const sealed = sealCredential(secretBox, stored.id, values);
      await channelRepository.updateCredential(db, {
        id: stored.id,
        sealed,
        hints: hints(values),
        enabled: credential.enabled,
        // New values are a new account, of which nothing bad is known.
        disabled: credential.enabled ? undefined : out,
      });
    } else if (stored.enabled !== credential.enabled) {
      await channelRepository.updateCredential(db, {
        ...stored,
        enabled: credential.enabled,
        disabled: credential.enabled ? undefined : out,
      });
    }
  }
}

/** Fields are secret unless their provider says that they are not. */
export function hintsOf(
  values: Readonly<Record<string, string>>,
  shape: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, isPublic(shape[field]) ? value : hintOf(value)]),
  );
}

function isPublic(field: unknown): boolean {
  return field instanceof z.ZodType && field.meta()?.['secret'] === false;
}

/** The stored channel as an input with the patch laid over it. */
export function mergePatch(existing: StoredChannel, secretBox: SecretBox, patch: ChannelPatch): ChannelInput {
  const wiring = openWiring(secretBox, existing);
  const { disabledReason: _reason, ...fields } = patch;
  const credentials = existing.credentials.map(({ id, enabled }) => ({ id, enabled }));
  // A change of provider changes what a credential is: the stored ones must fit the new one, so they are opened for the check.
  const opened = patch.provider !== undefined && patch.provider !== existing.provider;
  const present = {
    name: existing.name,
    provider: existing.provider,
    baseUrl: existing.baseUrl ?? null,
    credentials: opened
      ? existing.credentials.map((credential) => ({
          ...openCredential(secretBox, credential),
          id: credential.id,
          enabled: credential.enabled,
        }))
      : credentials,
    models: existing.models.map(({ operations, ...model }) => ({
      ...model,
      ...(operations === undefined ? {} : { operations: [...operations] }),
    })),
    overrides: wiring.overrides,
    proxy: wiring.proxy ?? null,
    ...pickFields(channelFields, existing),
  };
  const merged = Object.fromEntries(
    Object.entries({ ...present, ...fields }).filter(
      ([name, value]) => value !== undefined && !(value === null && name in fields),
    ),
  );
  const input = channelInputSchema.parse(merged);
  const overrides =
    patch.overrides === undefined || patch.overrides === null
      ? undefined
      : mutable(unmaskOverrides(input.overrides, wiring.overrides));
  if (hasMask(overrides)) throw invalid('overrides', 'has a mask where nothing is stored that it could stand for');
  return {
    ...input,
    ...(overrides === undefined ? {} : { overrides: { ...input.overrides, ...overrides } }),
    ...(typeof patch.proxy === 'string' ? { proxy: unmaskProxy(patch.proxy, wiring.proxy) } : {}),
  };
}

const mutable = (overrides: ReturnType<typeof unmaskOverrides>): z.output<typeof overridesSchema> =>
  overridesSchema.parse(overrides);

/** A stored channel; refuses with `not_found`. */
export async function mustFind(db: Db, id: string): Promise<StoredChannel> {
  const channel = await channelRepository.find(db, id);
  if (channel === undefined) throw notFound(`Channel "${id}"`);
  return channel;
}

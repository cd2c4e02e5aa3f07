import type { CredentialView } from '@tollgate/contract/api/credentials';
import { credentialInputSchema, type ChannelInput } from '@tollgate/contract/api/configuration';
import type { StoredChannel, StoredCredential } from '../../domain/configuration.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import type { Db } from '../../store/database.ts';
import { mustFind, patchChannel } from './channels.ts';
import { assertUnlocked, edit, invalid, recordEdit, type Actor, type ConfigurationContext } from './context.ts';
import { presentChannel } from './present.ts';
import { openCredential } from './validated-channel.ts';

/** What an account is left alone for, for a while. */
type Resting = { readonly credential: number; readonly model: string; readonly untilMs: number };

/** Indexes, all of them, or those that the gateway has taken out of use. */
export type Which = 'all' | 'disabled-by-gateway' | readonly number[];

/** Who takes accounts out of use by itself. */
const gatewayActor = 'gateway';

export const presentCredential = (
  { id, index, enabled, disabled, hints, createdAt }: StoredCredential,
  resting: readonly Resting[],
  /** Of those who may have disabled it, such as `user:usr_…`. */
  names: ReadonlyMap<string, string> = new Map(),
): CredentialView => {
  const rests = resting.filter(({ credential }) => credential === index);
  const inUse = enabled && disabled === undefined;
  return {
    id,
    index,
    state: !inUse ? 'disabled' : rests.length > 0 ? 'resting' : 'in-use',
    enabled,
    disabled: disabled ?? null,
    disabledByName: (disabled && names.get(disabled.by)) ?? null,
    resting: rests.map(({ model, untilMs }) => ({ model, untilMs })),
    hints: { ...hints },
    createdAt,
  };
};

/** The accounts of a channel; refuses with `not_found`. */
export async function credentialsOf(context: ConfigurationContext, id: string): Promise<readonly StoredCredential[]> {
  return (await mustFind(context.database.db, id)).credentials;
}

/** Adds accounts; those that the channel has already are left out. */
export async function appendCredentials(
  context: ConfigurationContext,
  actor: Actor,
  id: string,
  added: ChannelInput['credentials'],
): Promise<readonly StoredCredential[]> {
  return await rewrite(context, actor, id, (existing) => {
    const known = opened(context, existing);
    const fresh = added.filter(
      (one, at) =>
        !known.some(({ values }) => sameValues(values, one)) &&
        added.findIndex((other) => sameValues(valuesOf(other), one)) === at,
    );
    return [...kept(existing), ...fresh];
  });
}

/** Makes these the accounts of a channel; those that stay keep their index and their state. */
export async function replaceCredentials(
  context: ConfigurationContext,
  actor: Actor,
  id: string,
  wanted: ChannelInput['credentials'],
): Promise<readonly StoredCredential[]> {
  return await rewrite(context, actor, id, (existing) => {
    const known = opened(context, existing);
    const entries = wanted.map((one) => {
      const same = known.find(({ values }) => sameValues(values, one));
      return same ? { id: same.id, enabled: one.enabled ?? same.enabled } : one;
    });
    return entriesSchema.parse(entries);
  });
}

/** Removes accounts. The log keeps their index, which no other will have. */
export async function deleteCredentials(
  context: ConfigurationContext,
  actor: Actor,
  id: string,
  which: Which,
): Promise<readonly StoredCredential[]> {
  return await rewrite(context, actor, id, (existing) => {
    const gone = new Set(chosen(existing, which).map((one) => one.id));
    return kept(existing).filter(({ id: one }) => one === undefined || !gone.has(one));
  });
}

/**
 * Takes accounts out of use, or back into it. That is their state and no part of their configuration: accounts of a channel that
 * a config file owns can be so changed, too, and its next application leaves it at that.
 */
export async function changeCredentials(
  context: ConfigurationContext,
  actor: Actor,
  id: string,
  change: { readonly which: Which; readonly enabled: boolean; readonly reason?: string | undefined },
): Promise<readonly StoredCredential[]> {
  return await edit(context, async (db) => {
    const existing = await mustFind(db, id);
    const at = context.now();
    for (const one of chosen(existing, change.which)) {
      if (!change.enabled) {
        await channelRepository.updateCredential(db, {
          ...one,
          disabled: { reason: change.reason ?? '', by: actor, at },
        });
        continue;
      }
      if (!one.enabled) assertUnlocked(existing.owner, actor, `Channel "${existing.name}"`);
      await channelRepository.updateCredential(db, { ...one, enabled: true, disabled: undefined });
    }
    return await recorded(db, context, actor, existing);
  });
}

/** The gateway takes an account out of use. False when it was already, or is gone. */
export async function disableCredential(
  context: ConfigurationContext,
  account: { readonly channelId: string; readonly index: number },
  reason: string,
): Promise<boolean> {
  return await edit(context, async (db) => {
    const existing = await channelRepository.find(db, account.channelId);
    const one = existing?.credentials.find(({ index }) => index === account.index);
    if (!existing || !one || !one.enabled || one.disabled) return false;
    const disabled = { reason: reason.slice(0, 300), by: gatewayActor, at: context.now() };
    await channelRepository.updateCredential(db, { ...one, disabled });
    await recorded(db, context, gatewayActor, existing);
    return true;
  });
}

/** The gateway takes an account back into use that it took out of use itself. */
export async function recoverCredential(
  context: ConfigurationContext,
  account: { readonly channelId: string; readonly index: number },
): Promise<boolean> {
  return await edit(context, async (db) => {
    const existing = await channelRepository.find(db, account.channelId);
    const one = existing?.credentials.find(({ index }) => index === account.index);
    if (!existing || one?.disabled?.by !== gatewayActor) return false;
    await channelRepository.updateCredential(db, { ...one, disabled: undefined });
    await recorded(db, context, gatewayActor, existing);
    return true;
  });
}

/** Accounts that the gateway has taken out of use, of channels that are in use. */
export async function disabledByGateway(
  context: ConfigurationContext,
): Promise<readonly { readonly channelId: string; readonly index: number }[]> {
  const channels = await channelRepository.all(context.database.db);
  return channels
    .filter(({ enabled }) => enabled)
    .flatMap(({ id, credentials }) =>
      credentials
        .filter((one) => one.enabled && one.disabled?.by === gatewayActor)
        .map(({ index }) => ({ channelId: id, index })),
    );
}

type Entry = ChannelInput['credentials'][number];

const kept = ({ credentials }: StoredChannel): readonly Entry[] =>
  entriesSchema.parse(credentials.map(({ id, enabled }) => ({ id, enabled })));

const entriesSchema = credentialInputSchema.array();

const opened = ({ secretBox }: ConfigurationContext, { credentials }: StoredChannel) =>
  credentials.map((one) => ({ id: one.id, enabled: one.enabled, values: openCredential(secretBox, one) }));

const valuesOf = ({ id: _id, enabled: _enabled, ...values }: Entry): Readonly<Record<string, unknown>> => values;

const sameValues = (values: Readonly<Record<string, unknown>>, one: Entry): boolean =>
  Bun.deepEquals(values, valuesOf(one));

function chosen({ credentials }: StoredChannel, which: Which): readonly StoredCredential[] {
  if (which === 'all') return credentials;
  if (which === 'disabled-by-gateway') return credentials.filter((one) => one.disabled?.by === gatewayActor);
  return which.map((index, at) => {
    const found = credentials.find((one) => one.index === index);
    if (!found) throw invalid(`which.${at}`, `this channel has no credential ${index}`);
    return found;
  });
}

/** Writes the channel with other accounts, as a change of it would. */
async function rewrite(
  context: ConfigurationContext,
  actor: Actor,
  id: string,
  entries: (existing: StoredChannel) => readonly Entry[],
): Promise<readonly StoredCredential[]> {
  await context.secretBox.reload();
  return await edit(context, async (db) => {
    const existing = await mustFind(db, id);
    return (await patchChannel(db, context, actor, existing, { credentials: [...entries(existing)] })).credentials;
  });
}

async function recorded(
  db: Db,
  context: ConfigurationContext,
  actor: Actor,
  existing: StoredChannel,
): Promise<readonly StoredCredential[]> {
  const stored = await mustFind(db, existing.id);
  await recordEdit(db, {
    actor,
    at: context.now(),
    kind: 'channel',
    ref: existing.id,
    before: presentChannel(context, existing),
    after: presentChannel(context, stored),
  });
  return stored.credentials;
}

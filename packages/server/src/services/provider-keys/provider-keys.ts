import type { ProviderKeyInput, ProviderKeyPatch } from '@tollgate/contract/api/provider-keys';
import { reachesAny } from '@tollgate/contract/permissions';
import type { ProviderKeyOwner, StoredProviderKey } from '../../domain/configuration.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Db } from '../../store/database.ts';
import { providerKeyRepository } from '../../store/provider-keys.ts';
import { teamRepository } from '../../store/teams.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { edit, invalid, type ConfigurationContext } from '../configuration/context.ts';
import { hintsOf } from '../configuration/channels.ts';
import { recordProviderKey } from './record.ts';
import { sealProviderKeyCredential } from './sealed-credential.ts';
import { checkCredential, checkModels, mayBring, providerFor } from './wanted.ts';

/*
 * Keys that people and teams bring to providers. Whoever asks for one comes through `mustOwn`, which is the one place that
 * says whose they are: a person's own, and those of a team its owners' and admins'. To all others they do not exist. Who
 * administers the gateway sees that they are there and may stop them, and does nothing else with them.
 */

export type ProviderKeyDeps = {
  readonly configuration: ConfigurationContext;
  readonly accounts: Pick<AccountDeps, 'database' | 'snapshot' | 'now' | 'newId'>;
};

const gone = (): Refusal => new Refusal('not_found', 'There is no such provider key.');

/** Whether somebody may do everything with the keys of an owner. */
async function owns(db: Db, { userId }: Actor, owner: ProviderKeyOwner): Promise<boolean> {
  if (userId === undefined) return false;
  if (owner.kind === 'person') return owner.id === userId;
  const member = await teamRepository.member(db, owner.id, userId);
  return member?.role === 'owner' || member?.role === 'admin';
}

/** The owner that somebody speaks for: themselves, or a team of theirs. Throws when they do not speak for it. */
async function spokenFor(db: Db, actor: Actor, teamId: string | undefined): Promise<ProviderKeyOwner> {
  if (teamId === undefined) {
    if (actor.userId === undefined) throw gone();
    return { kind: 'person', id: actor.userId };
  }
  const owner: ProviderKeyOwner = { kind: 'team', id: teamId };
  if (await owns(db, actor, owner)) return owner;
  const member = actor.userId === undefined ? undefined : await teamRepository.member(db, teamId, actor.userId);
  if (member === undefined) throw new Refusal('not_found', 'There is no such team.');
  throw new Refusal('forbidden', 'Your role in this team does not allow this.');
}

/** A key of one's own; refuses with `not_found`. */
export async function mustOwn(db: Db, actor: Actor, id: string): Promise<StoredProviderKey> {
  const key = await providerKeyRepository.find(db, id);
  if (key === undefined || !(await owns(db, actor, key.owner))) throw gone();
  return key;
}

/** The keys of a person or a team; with `all` everybody's, for who administers. */
export async function listProviderKeys(
  { accounts: { database } }: ProviderKeyDeps,
  actor: Actor,
  { teamId, all }: { readonly teamId?: string | undefined; readonly all: boolean },
): Promise<readonly StoredProviderKey[]> {
  const { db } = database;
  if (all && reachesAny('providerKeys:read', actor)) return await providerKeyRepository.all(db);
  return await providerKeyRepository.ofOwner(db, await spokenFor(db, actor, teamId));
}

export async function createProviderKey(
  deps: ProviderKeyDeps,
  actor: Actor,
  input: ProviderKeyInput,
): Promise<StoredProviderKey> {
  const { configuration, accounts } = deps;
  const settings = mayBring(accounts);
  const provider = providerFor(configuration, settings, input);
  const values = checkCredential(provider, input.credential);
  const models = checkModels(input.models);
  await configuration.secretBox.reload();
  return await edit(configuration, async (db) => {
    const owner = await spokenFor(db, actor, input.teamId);
    const others = await providerKeyRepository.ofOwner(db, owner);
    if (others.length >= settings.maxPerOwner)
      throw new Refusal('conflict', `Nobody brings more than ${settings.maxPerOwner} provider keys here.`);
    refuseNamesake(others, input.name);
    const id = `pk_${configuration.newId()}`;
    const at = configuration.now();
    const after: StoredProviderKey = {
      id,
      owner,
      name: input.name,
      provider: provider.id,
      settings: input.settings,
      models,
      placement: input.placement,
      sealed: sealProviderKeyCredential(configuration.secretBox, id, values),
      hints: hintsOf(values, provider.credential.shape),
      enabled: input.enabled,
      stopped: undefined,
      disabled: undefined,
      createdAt: at,
      updatedAt: at,
    };
    await providerKeyRepository.insert(db, after);
    await recordProviderKey(db, { actor: actor.label, at, before: undefined, after });
    return after;
  });
}

/** Changes what the patch names. Given anew, a credential is one of which nothing bad is known. */
export async function updateProviderKey(
  deps: ProviderKeyDeps,
  actor: Actor,
  id: string,
  patch: ProviderKeyPatch,
): Promise<StoredProviderKey> {
  const { configuration, accounts } = deps;
  const settings = mayBring(accounts);
  await configuration.secretBox.reload();
  return await edit(configuration, async (db) => {
    const before = await mustOwn(db, actor, id);
    const name = patch.name ?? before.name;
    refuseNamesake(await providerKeyRepository.ofOwner(db, before.owner), name, id);
    const wanted = { provider: before.provider, settings: patch.settings ?? before.settings };
    const provider = providerFor(configuration, settings, wanted, before);
    if (patch.settings && !patch.credential && !Bun.deepEquals(patch.settings, before.settings))
      throw invalid('credential', 'must be given again with other settings, which may send it elsewhere');
    const values = patch.credential && checkCredential(provider, patch.credential);
    // Who switches it on again has seen to what was wrong with it.
    const isFresh = values !== undefined || (patch.enabled === true && before.disabled !== undefined);
    const after: StoredProviderKey = {
      ...before,
      name,
      settings: wanted.settings,
      models: patch.models ? checkModels(patch.models) : before.models,
      placement: patch.placement ?? before.placement,
      enabled: patch.enabled ?? before.enabled,
      ...(values && {
        sealed: sealProviderKeyCredential(configuration.secretBox, id, values),
        hints: hintsOf(values, provider.credential.shape),
      }),
      disabled: isFresh ? undefined : before.disabled,
      updatedAt: configuration.now(),
    };
    await providerKeyRepository.update(db, after);
    await recordProviderKey(db, { actor: actor.label, at: after.updatedAt, before, after });
    return after;
  });
}

export async function deleteProviderKey({ configuration }: ProviderKeyDeps, actor: Actor, id: string): Promise<void> {
  await edit(configuration, async (db) => {
    const before = await mustOwn(db, actor, id);
    await providerKeyRepository.remove(db, id);
    await recordProviderKey(db, { actor: actor.label, at: configuration.now(), before, after: undefined });
  });
}

/** Stops a key, whosever it is, or lets it go on; for who administers the gateway. */
export async function stopProviderKey(
  { configuration }: ProviderKeyDeps,
  actor: Actor,
  id: string,
  { stopped, reason }: { readonly stopped: boolean; readonly reason: string },
): Promise<StoredProviderKey> {
  return await edit(configuration, async (db) => {
    const before = await providerKeyRepository.find(db, id);
    if (before === undefined) throw gone();
    const at = configuration.now();
    const after = { ...before, stopped: stopped ? { reason, by: actor.label, at } : undefined, updatedAt: at };
    await providerKeyRepository.update(db, after);
    await recordProviderKey(db, { actor: actor.label, at, before, after });
    return after;
  });
}

function refuseNamesake(others: readonly StoredProviderKey[], name: string, own?: string): void {
  if (others.some((one) => one.name === name && one.id !== own))
    throw new Refusal('conflict', `There is a provider key "${name}" already.`, { param: 'name' });
}

import type { z } from 'zod';
import { keyInputSchema, type KeyInput, type KeyPatch } from '@tollgate/contract/api/keys';
import { changesOf } from '@tollgate/contract/entities/field';
import { keyFields } from '@tollgate/contract/entities/key';
import { reachesAny, type Permission } from '@tollgate/contract/permissions';
import type { Json } from '@tollgate/wire/protocol';
import { keyMeter } from '../../domain/meters.ts';
import { nanos, type Nanos } from '../../domain/money.ts';
import { channelOfFallback } from '../../domain/fallbacks.ts';
import { parseRange } from '../../domain/ip-match.ts';
import { apiKeyRepository, type ApiKey, type ApiKeyChange } from '../../store/api-keys.ts';
import { meterStatus, setKeyLimit } from '../../store/ledger/meters.ts';
import { namesOfUsers } from '../../store/names.ts';
import type { Page, PageMark } from '../../store/page.ts';
import { requestLogRepository } from '../../store/request-log.ts';
import { teamRepository } from '../../store/teams.ts';
import type { User } from '../../store/users.ts';
import { mayManage, type AccountDeps, type Actor } from './account-deps.ts';
import { findUser, noGroup, usdToNanos } from './people.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { KeyRecord } from '../../domain/snapshot.ts';
import { recordWrite } from '../record-write.ts';
import { hashSecret, newSecretText, secretHint } from './secret-text.ts';

/** Keys of one user that have not been revoked. */
const maxKeys = 1000;

export type CreatedKey = { readonly apiKey: ApiKey; /** The text of the key, told this once. */ readonly text: string };

/**
 * Creates an API key for `owner`. The rule for groups: a key runs in its owner's group, and only an administrator may
 * give it another one (which must exist). A key that its owner put into their group stops when they leave it. Its text is in the answer and nowhere else; what is stored is a hash.
 */
export async function createApiKey(
  deps: AccountDeps,
  actor: Actor,
  owner: User,
  input: Omit<KeyInput, 'userId'>,
): Promise<CreatedKey> {
  const [created] = await createApiKeys(deps, actor, owner, input, [input.name]);
  if (created === undefined) throw new Error('no key was made');
  return created;
}

/** Creates a key for each of the names, all alike otherwise: all of them or none. */
export async function createApiKeys(
  deps: AccountDeps,
  actor: Actor,
  owner: User,
  input: Omit<KeyInput, 'userId'>,
  names: readonly string[],
): Promise<readonly CreatedKey[]> {
  if (actor.userId !== owner.id && !mayManage(actor, owner, 'keys:write'))
    throw new Refusal('forbidden', 'Only root may make keys for administrators.', { param: 'userId' });
  const wanted = keyInputSchema.parse(input);
  if (wanted.teamId !== null && (await teamRepository.member(deps.database.db, wanted.teamId, owner.id)) === undefined)
    throw new Refusal('not_found', 'There is no such team.', { param: 'teamId' });
  checkIps(wanted.allowedIps);
  checkGroup(deps, actor, owner, wanted.group);
  checkFallbacks(deps, actor, wanted.fallbacks);
  checkPassFields(actor, wanted.passFields);
  if ((await apiKeyRepository.count(deps.database.db, owner.id)) + names.length > maxKeys)
    throw new Refusal('conflict', `A user has at most ${maxKeys} keys. Revoke some first.`);
  const created = names.map((name) => newKey(deps, owner, { ...wanted, name }));
  await deps.database.transact(async (db) => {
    for (const { apiKey, text } of created) {
      await apiKeyRepository.insert(db, apiKey, hashSecret(text));
      if (apiKey.limitNanos !== null)
        await setKeyLimit(db, deps.database.kind, {
          keyId: apiKey.id,
          limit: apiKey.limitNanos,
          at: apiKey.createdAt,
        });
      await recordWrite(db, {
        at: apiKey.createdAt,
        actor: actor.label,
        kind: 'key',
        action: 'create',
        ref: apiKey.id,
        before: null,
        after: shown(apiKey),
      });
    }
  });
  return created;
}

/** A key as it is wanted, with a text of its own. */
function newKey(deps: AccountDeps, owner: User, wanted: z.output<typeof keyInputSchema>): CreatedKey {
  const text = newSecretText('sk-', deps.randomBytes);
  const at = deps.now();
  const { limitUsd, userId: _userId, ...fields } = wanted;
  const apiKey: ApiKey = {
    ...fields,
    ...secretHint(text),
    id: `key_${deps.newId()}`,
    userId: owner.id,
    limitNanos: limitUsd === null ? null : usdToNanos(limitUsd),
    groupGranted: isGranted(owner, wanted.group),
    previousUntil: null,
    createdAt: at,
    updatedAt: at,
  };
  return { apiKey, text };
}

/** A page of keys: of one user, or of all when `userId` is undefined. */
export async function listKeys(
  deps: AccountDeps,
  ask: {
    readonly userId: string | undefined;
    readonly search?: string | undefined;
    readonly limit: number;
    readonly after: PageMark | undefined;
  },
): Promise<Page<ApiKey>> {
  return await apiKeyRepository.page(deps.database.db, ask);
}

/** E-mail addresses of the owners of keys, by their ids. */
export async function ownersOf(deps: AccountDeps, userIds: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  return new Map((await namesOfUsers(deps.database.db, userIds)).map(({ id, name }) => [id, name]));
}

/** When the latest logged request of each key was received (ms since the epoch), by the ids of those that have one. */
export async function lastUseOf(deps: AccountDeps, keyIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  return new Map((await requestLogRepository.lastOfKeys(deps.database.db, keyIds)).map(({ id, at }) => [id, at]));
}

/** The key if the actor reaches it: their own, or anybody's for an administrator. Otherwise it does not exist. */
export async function findKey(
  deps: AccountDeps,
  actor: Actor,
  id: string,
  by: Permission = 'keys:read',
): Promise<ApiKey> {
  const key = await apiKeyRepository.find(deps.database.db, id, reachesAny(by, actor) ? undefined : actor.userId);
  if (key === undefined) throw new Refusal('not_found', 'There is no such key.');
  return key;
}

/** Changes a key; every process sees it within a second. */
export async function changeKey(deps: AccountDeps, actor: Actor, id: string, patch: KeyPatch): Promise<ApiKey> {
  const { key: before, owner } = await findToChange(deps, actor, id);
  if (patch.allowedIps !== undefined) checkIps(patch.allowedIps);
  if (patch.group !== undefined && patch.group !== before.group) checkGroup(deps, actor, owner, patch.group);
  if (patch.fallbacks !== undefined) checkFallbacks(deps, actor, patch.fallbacks);
  if (patch.passFields !== undefined) checkPassFields(actor, patch.passFields);
  const { limitUsd, name } = patch;
  const limitNanos = limitUsd === undefined || limitUsd === null ? limitUsd : usdToNanos(limitUsd);
  // Its owner may repeat the group that a key has, which grants nothing.
  const groupGranted =
    patch.group === undefined || (patch.group === before.group && !reachesAny('keys:write', actor))
      ? undefined
      : isGranted(owner, patch.group);
  const change: ApiKeyChange = { name, limitNanos, groupGranted, ...changesOf(keyFields, patch) };
  const at = deps.now();
  await deps.database.transact(async (db) => {
    await apiKeyRepository.update(db, id, change, at);
    if (limitNanos !== undefined) await setKeyLimit(db, deps.database.kind, { keyId: id, limit: limitNanos, at });
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind: 'key',
      action: 'update',
      ref: id,
      before: shown(before, change),
      after: shown(change, change),
    });
  });
  return await findKey(deps, actor, id, 'keys:write');
}

/** What keys have spent against their limits, in nano-dollars. */
export async function spendingOf(
  deps: Pick<AccountDeps, 'database'>,
  keyIds: readonly string[],
): Promise<ReadonlyMap<string, Nanos>> {
  const meters = await meterStatus(
    deps.database,
    keyIds.map((id) => keyMeter(id)),
  );
  return new Map(keyIds.map((id) => [id, nanos(meters.get(keyMeter(id))?.spent ?? 0n)]));
}

/**
 * Gives a key another text; limits, spending and history stay. The text that it had goes on working for `overlapMs`, so
 * that applications can be changed one by one; one from an earlier rotation ends now.
 */
export async function rotateKey(deps: AccountDeps, actor: Actor, id: string, overlapMs: number): Promise<CreatedKey> {
  const { key: before } = await findToChange(deps, actor, id);
  const text = newSecretText('sk-', deps.randomBytes);
  const hint = secretHint(text);
  const at = deps.now();
  const previousUntil = overlapMs === 0 ? null : at + overlapMs;
  await deps.database.transact(async (db) => {
    await apiKeyRepository.rotate(db, id, { hash: hashSecret(text), ...hint }, previousUntil, at);
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind: 'key',
      action: 'rotate',
      ref: id,
      before: { prefix: before.prefix, lastFour: before.lastFour },
      after: { ...hint, previousUntil },
    });
  });
  return { apiKey: await findKey(deps, actor, id, 'keys:write'), text };
}

/** Ends the text that a key had before its rotation, before its time. */
export async function endPreviousText(deps: AccountDeps, actor: Actor, id: string): Promise<void> {
  const { key: before } = await findToChange(deps, actor, id);
  const at = deps.now();
  await deps.database.transact(async (db) => {
    await apiKeyRepository.endPrevious(db, id, at);
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind: 'key',
      action: 'endPrevious',
      ref: id,
      before: { previousUntil: before.previousUntil },
      after: { previousUntil: null },
    });
  });
}

/** What the relay knows of a key that the actor may see. */
export async function findKeyRecord(deps: AccountDeps, actor: Actor, id: string): Promise<KeyRecord> {
  await findKey(deps, actor, id);
  const record = await apiKeyRepository.findRecordOf(deps.database.db, id);
  if (record === undefined) throw new Refusal('not_found', 'There is no such key.');
  return record;
}

/** Ends a key for ever. */
export async function revokeKey(deps: AccountDeps, actor: Actor, id: string): Promise<void> {
  const { key: before } = await findToChange(deps, actor, id);
  const at = deps.now();
  await deps.database.transact(async (db) => {
    await apiKeyRepository.revoke(db, id, at);
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind: 'key',
      action: 'revoke',
      ref: id,
      before: shown(before),
      after: null,
    });
  });
}

/** For the command line: a key for the user with this e-mail address or id. */
export async function createKey(
  deps: AccountDeps,
  actor: Actor,
  ask: Omit<KeyInput, 'userId'> & { readonly userEmailOrId: string },
): Promise<CreatedKey> {
  const { userEmailOrId, ...input } = ask;
  const owner = await findUser(deps, userEmailOrId);
  if (owner === undefined) throw new Refusal('not_found', `There is no user "${userEmailOrId}".`);
  return await createApiKey(deps, actor, owner, input);
}

/** A key that the actor may change, with its owner. Who sees the keys of others may not change them by that alone. */
async function findToChange(
  deps: AccountDeps,
  actor: Actor,
  id: string,
): Promise<{ readonly key: ApiKey; readonly owner: User }> {
  const key = await findKey(deps, actor, id, 'keys:write');
  const owner = await findUser(deps, key.userId);
  if (owner === undefined) throw new Refusal('not_found', 'There is no such key.');
  // One that is somebody else's was found because it may be reached: as an administrator's, or as that of a team.
  const reachesAll = reachesAny('keys:write', actor);
  if (actor.userId !== owner.id && reachesAll && !mayManage(actor, owner, 'keys:write'))
    throw new Refusal('forbidden', 'Only root may change keys of administrators.');
  return { key, owner };
}

function checkIps(ranges: readonly string[] | null): void {
  const wrong = ranges?.findIndex((range) => parseRange(range) === undefined) ?? -1;
  if (wrong !== -1)
    throw new Refusal('invalid_request', 'is neither an IP address nor a CIDR', { param: `allowedIps.${wrong}` });
}

function checkGroup(deps: AccountDeps, actor: Actor, owner: User, group: string | null): void {
  if (group === null || group === owner.group) return;
  if (!reachesAny('keys:write', actor))
    throw new Refusal('forbidden', 'Only an administrator may give a key another group than its owner’s.', {
      param: 'group',
    });
  if (!deps.snapshot().groups.has(group)) throw noGroup(group, 'group');
}

/** Whether a group that passed {@link checkGroup} was given, rather than being the owner's own. */
const isGranted = (owner: User, group: string | null): boolean => group !== null && group !== owner.group;

function checkFallbacks(deps: AccountDeps, actor: Actor, fallbacks: readonly string[] | null): void {
  if (fallbacks === null) return;
  if (!reachesAny('keys:write', actor))
    throw new Refusal('forbidden', 'Only an administrator may say where a key’s requests go on to.', {
      param: 'fallbacks',
    });
  const { groups, channels } = deps.snapshot();
  for (const [at, entry] of fallbacks.entries()) {
    const channelId = channelOfFallback(entry);
    if (channelId === undefined ? !groups.has(entry) : !channels.has(channelId))
      throw new Refusal(
        'invalid_request',
        `There is no ${channelId === undefined ? `group "${entry}"` : 'such channel'}.`,
        {
          param: `fallbacks.${at}`,
        },
      );
  }
}

function checkPassFields(actor: Actor, passFields: readonly string[] | null): void {
  if (passFields === null || reachesAny('keys:write', actor)) return;
  throw new Refusal('forbidden', 'Only an administrator may say which fields pass that can cost more than is priced.', {
    param: 'passFields',
  });
}

/** What the audit log keeps of a key: all of it, or of a change the fields that it names. */
function shown(values: ApiKey | ApiKeyChange, change: ApiKey | ApiKeyChange = values): Json {
  const named = new Set(Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name])));
  const out: Record<string, Json> = {};
  for (const [name, value] of Object.entries(values))
    if (named.has(name) && value !== undefined) out[name] = typeof value === 'bigint' ? value.toString() : value;
  return out;
}

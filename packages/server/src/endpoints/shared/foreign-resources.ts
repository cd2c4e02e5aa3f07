import { shorten } from '@tollgate/wire/text';
import type { NamedResource } from '@tollgate/wire/protocol';
import type { KeyRecord } from '../../domain/snapshot.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Inspected } from '../../relay/request-context.ts';
import type { AccountRef, Kept } from '../../services/conversations/conversations.ts';

/**
 * Refuses a request that names something of the account's (a file, a container) which no answer gave to this key's owner,
 * unless every user's names pass. A promise only for a request that names anything.
 */
export function refuseForeignResources(deps: RelayDeps, context: Inspected): Promise<undefined> | undefined {
  refuseStrange(context);
  if (namedIn(context).length === 0 || context.snapshot.settings.relay.passResourceIds) return undefined;
  return findNamed(deps, context).then((known) => {
    refuseUnknown(context, known);
    return undefined;
  });
}

/**
 * The same, and what is kept of that which is named: one look for both. Without a promise for a request that names nothing.
 */
export function findNamedOrRefuse(
  deps: RelayDeps,
  context: Inspected,
): ReadonlyMap<string, Kept> | Promise<ReadonlyMap<string, Kept>> {
  refuseStrange(context);
  if (namedIn(context).length === 0) return new Map();
  return findNamed(deps, context).then((known) => {
    refuseUnknown(context, known);
    return known;
  });
}

const namedIn = ({ summary }: Pick<Inspected, 'summary'>): readonly NamedResource[] =>
  summary.references?.resources ?? [];

const findNamed = (deps: RelayDeps, context: Pick<Inspected, 'key' | 'summary'>): Promise<ReadonlyMap<string, Kept>> =>
  findKept(deps, context.key, [...new Set(namedIn(context).map(({ id }) => id))]);

function refuseStrange(context: Inspected): void {
  const strange = namedIn(context).find((one) => one.strange === true);
  if (strange === undefined) return;
  throw new Refusal(
    'invalid_request',
    'Media are named by http or https, inline, or by a scheme of the vendor’s own.',
    { param: strange.param },
  );
}

/** Names that are not known to be the sender's, where only those pass. */
function refuseUnknown(context: Inspected, known: ReadonlyMap<string, Kept>): void {
  refuseNamed(
    context,
    namedIn(context).filter(({ id }) => !known.has(id)),
  );
}

/** Refuses what is not known to be the sender's, such as all that is named within a session: it passes only where every user's names do. */
export function refuseNamed({ snapshot }: Pick<Inspected, 'snapshot'>, named: readonly NamedResource[]): void {
  const [first] = named;
  if (!first || snapshot.settings.relay.passResourceIds) return;
  throw new Refusal(
    'invalid_request',
    `"${shorten(first.id)}" is not known to be yours, and the provider's accounts are shared here: send what it stands for.`,
    { param: first.param },
  );
}

/** What is kept for this key's owner; 503 when that cannot be looked up. */
export const findKept = (deps: RelayDeps, key: KeyRecord, ids: readonly string[]): Promise<ReadonlyMap<string, Kept>> =>
  lookedUp(deps, findAny(deps, key.user.id, ids));

/** No honest request names more things of an account's; what comes after them is not found, and so refused. */
const maxObjects = 500;

/** Answers and their parts are forgotten after a while; what is kept until it is deleted is asked for where that is written down. */
async function findAny(deps: RelayDeps, userId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Kept>> {
  const kept = await deps.conversations.find(userId, ids);
  const others = ids.filter((id) => !kept.has(id) && id.length <= 200).slice(0, maxObjects);
  if (others.length === 0) return kept;
  const found = new Map(kept);
  for (const [id, account] of await deps.objects.accountsOf(userId, others)) found.set(id, { account });
  return found;
}

/** The accounts that keep what a request names, as far as that is known to be its sender's; each once. */
export async function accountsNamed(
  deps: RelayDeps,
  context: Pick<Inspected, 'key' | 'summary'>,
): Promise<readonly AccountRef[]> {
  if (namedIn(context).length === 0) return [];
  const accounts = new Map<string, AccountRef>();
  for (const what of (await findNamed(deps, context)).values())
    if ('account' in what) accounts.set(`${what.account.channelId}#${what.account.credential}`, what.account);
  return [...accounts.values()];
}

/** Whether two are the same account. */
export const isSameAccount = (one: AccountRef, other: AccountRef): boolean =>
  one.channelId === other.channelId && one.credential === other.credential;

/** What is looked up of kept answers; 503 when it cannot be. */
export async function lookedUp<T>(deps: RelayDeps, looking: Promise<T>): Promise<T> {
  try {
    return await looking;
  } catch (error) {
    deps.log.error({ err: error }, 'kept answers could not be looked up');
    throw new Refusal('database_unavailable', 'Kept answers cannot be looked up at the moment. Try again shortly.', {
      retryAfterMs: 2000,
    });
  }
}

import { parseJson } from '@tollgate/wire/json/exact';
import { isObject } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { shorten } from '@tollgate/wire/text';
import { Refusal } from '../../../domain/refusal.ts';
import type { StoredObject } from '../../../domain/stored-object.ts';
import { answerHeaders } from '../../../relay/answer/headers.ts';
import type { EndpointFacts } from '../../../relay/call.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../../relay/endpoint.ts';
import type { Inspected } from '../../../relay/request-context.ts';
import { passthroughOf } from '../../chat/protocols.ts';
import { lookedUp } from '../foreign-resources.ts';
import { summaryOf } from '../inspect.ts';
import { announce, isRefused } from './announce.ts';
import { askAt, type StoredKind, type StoredAt } from './account.ts';
import { isGone } from './kept-at-vendor.ts';

/** What all questions after what accounts keep have in common: they are free. */
export const free = {
  protocol: 'openai-chat',
  errors: passthroughOf('openai-chat'),
  body: 'none',
  charged: false,
  inspect: () => summaryOf('', null),
} as const satisfies Partial<Endpoint>;

/** A question that the gateway answers by itself. */
export const ownAnswer = (
  facts: Pick<EndpointFacts, 'id' | 'title' | 'routes' | 'operation'> &
    Partial<Pick<EndpointFacts, 'protocol' | 'errors'>>,
  answer: (deps: RelayDeps, context: Inspected) => Promise<JsonObject>,
): Endpoint =>
  defineEndpoint<JsonObject>({
    ...free,
    ...facts,
    answers: ['json'],
    begin: answer,
    candidates: () => [],
    exchange: () => {
      throw new Error('nobody is asked');
    },
    fallback: (context, json) => Response.json(json, { headers: answerHeaders(context, 'application/json') }),
  });

/** An object of the caller's own by its vendor's id. Whoever else names it is told that there is none. */
export async function ownObject(
  deps: RelayDeps,
  { key, call }: Pick<Inspected, 'key' | 'call'>,
  kind: StoredObject['kind'],
  id: string,
  param = 'id',
): Promise<StoredObject> {
  const found =
    id === '' || id.length > 200
      ? undefined
      : await lookedUp(deps, deps.objects.find(key.user.id, { kind, protocol: call.endpoint.protocol }, id));
  if (!found) throw new Refusal('object_not_found', `There is no such ${kind}: "${shorten(id)}".`, { param });
  return found;
}

/** The one that a call's path names; `prefix` comes before that, where its vendor names things by paths. */
export const namedObject = (
  deps: RelayDeps,
  context: Inspected,
  kind: StoredObject['kind'],
  prefix = '',
): Promise<StoredObject> => ownObject(deps, context, kind, prefix + (context.call.target.params['id'] ?? ''));

/** One's own objects of a kind, a page of them. */
export async function listOwn(
  deps: RelayDeps,
  { key, call }: Inspected,
  kind: StoredObject['kind'],
  { usual, most, purpose }: { readonly usual: number; readonly most: number; readonly purpose?: boolean },
): Promise<JsonObject> {
  const query = new URL(call.request.url).searchParams;
  const limit = Number(query.get('limit') ?? usual);
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw new Refusal('invalid_request', `"limit" must be a whole number from 1 to ${most}.`, { param: 'limit' });
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc')
    throw new Refusal('invalid_request', '"order" must be asc or desc.', { param: 'order' });
  const after = query.get('after') ?? undefined;
  const found = await lookedUp(
    deps,
    deps.objects.list(key.user.id, { kind, protocol: call.endpoint.protocol }, { limit, after, order }),
  );
  const wanted = purpose ? query.get('purpose') : null;
  const data = found
    .slice(0, limit)
    .map(({ told }) => told)
    .filter((told) => wanted === null || told['purpose'] === wanted);
  const page = found.slice(0, limit);
  return {
    object: 'list',
    data,
    first_id: page[0]?.vendorId ?? null,
    last_id: page.at(-1)?.vendorId ?? null,
    has_more: found.length > limit,
  };
}

/**
 * Deletes something at its vendor, and then forgets it. `found` is it, and what is written down of it (nothing, of what an answer made).
 * Returns what its vendor said.
 */
export async function removeObject(
  deps: RelayDeps,
  userId: string,
  found: Pick<StoredObject, 'vendorId'> & {
    readonly at: StoredAt;
    readonly object: StoredObject | undefined;
    /** Its name in the path, where that is not its id. */
    readonly named?: string;
  },
  { kind, headers }: { readonly kind: StoredKind; readonly headers: Readonly<Record<string, string>> },
): Promise<JsonObject> {
  const { vendorId, at, object, named = vendorId } = found;
  const heard = object?.storage && (await announce(deps, object));
  const asked = await askAt(deps, at, kind, `/${encodeURIComponent(named)}`, { method: 'DELETE', headers });
  const isDone = asked && (isGone(asked) || (asked.status >= 200 && asked.status <= 299));
  if (asked && !isDone && isRefused(asked.status)) await heard?.();
  // What is gone already is as good as deleted.
  if (!isDone) throw new Refusal('upstream_error', 'The provider that keeps it did not delete it. Try again.');
  if (object) await deps.objects.forget(object);
  await deps.conversations.forget(userId, [vendorId]);
  const said = isGone(asked) ? undefined : parseJson(new TextDecoder().decode(asked.body));
  return isObject(said) ? said : { id: vendorId, deleted: true };
}

/** What a client says of the version of its protocol that it speaks, for a question of the gateway's own. */
export function versionOf({ call }: Pick<Inspected, 'call'>): Readonly<Record<string, string>> {
  const headers = ['anthropic-version', 'anthropic-beta', 'openai-beta'] as const;
  return Object.fromEntries(
    headers.flatMap((name) => {
      const value = call.request.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}

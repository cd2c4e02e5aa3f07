import type { JsonObject } from '@tollgate/wire/protocol';
import { Refusal } from '../../../domain/refusal.ts';
import type { StoredObject } from '../../../domain/stored-object.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import type { Inspected } from '../../../relay/request-context.ts';
import type { ObjectPage } from '../../../store/stored-objects.ts';
import { lookedUp } from '../foreign-resources.ts';

type Page = { readonly shown: readonly StoredObject[]; readonly hasMore: boolean };

/** A page of one's own objects of a kind. */
async function pageOf(
  deps: RelayDeps,
  { key, call }: Inspected,
  kind: StoredObject['kind'],
  page: ObjectPage,
): Promise<Page> {
  const of = { kind, protocol: call.endpoint.protocol };
  const found = await lookedUp(deps, deps.objects.list(key.user.id, of, page));
  return { shown: found.slice(0, page.limit), hasMore: found.length > page.limit };
}

/** One's own objects of a kind, the newest first, a page of them as Anthropic has it. https://docs.claude.com/en/api/listing-message-batches */
export async function listPage(
  deps: RelayDeps,
  context: Inspected,
  kind: StoredObject['kind'],
  present: (object: StoredObject) => JsonObject,
): Promise<JsonObject> {
  const query = queryOf(context);
  const limit = limitIn(query, 1000);
  const [before, after] = [query.get('before_id'), query.get('after_id')];
  if (before !== null && after !== null)
    throw new Refusal('invalid_request', 'Name "before_id" or "after_id", not both.', { param: 'before_id' });
  // Those before one are newer.
  const order = before === null ? 'desc' : 'asc';
  const page = await pageOf(deps, context, kind, { limit, after: before ?? after ?? undefined, order });
  const shown = before === null ? page.shown : page.shown.toReversed();
  return {
    data: shown.map(present),
    has_more: page.hasMore,
    first_id: shown[0]?.vendorId ?? null,
    last_id: shown.at(-1)?.vendorId ?? null,
  };
}

/** The same as its newer lists have it: `next_page` is what `page` says for what comes next. https://docs.claude.com/en/api/skills/list-skills */
export async function listCursor(deps: RelayDeps, context: Inspected, kind: StoredObject['kind']): Promise<JsonObject> {
  const query = queryOf(context);
  const limit = limitIn(query, 100);
  const after = query.get('page') ?? undefined;
  const { shown, hasMore } = await pageOf(deps, context, kind, { limit, after, order: 'desc' });
  return {
    data: shown.map(({ told }) => told),
    has_more: hasMore,
    next_page: hasMore ? (shown.at(-1)?.vendorId ?? null) : null,
  };
}

/** The same as Google has it, under its own name. https://ai.google.dev/api/caching#method:-cachedcontents.list */
export async function listByToken(
  deps: RelayDeps,
  context: Inspected,
  kind: StoredObject['kind'],
  name: string,
): Promise<JsonObject> {
  const query = queryOf(context);
  const limit = limitIn(query, 1000, 'pageSize');
  const after = query.get('pageToken') ?? undefined;
  const { shown, hasMore } = await pageOf(deps, context, kind, { limit, after, order: 'desc' });
  const last = hasMore ? shown.at(-1) : undefined;
  return { [name]: shown.map(({ told }) => told), ...(last && { nextPageToken: last.vendorId }) };
}

const queryOf = ({ call }: Inspected): URLSearchParams => new URL(call.request.url).searchParams;

function limitIn(query: URLSearchParams, most: number, param = 'limit'): number {
  const limit = Number(query.get(param) ?? 20);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new Refusal('invalid_request', `"${param}" must be a whole number from 1 to ${most}.`, { param });
}

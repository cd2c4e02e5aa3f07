import { shorten } from '@tollgate/wire/text';
import type { JsonObject } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import type { StoredObject } from '../../domain/stored-object.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Asked } from '../../relay/stored-objects.ts';
import type { Exchange } from '../../relay/exchange.ts';
import type { Candidate, Inspected, Planned } from '../../relay/request-context.ts';
import { writeMultipart } from '../../relay/receive/multipart/write-multipart.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { storingCandidate, requestAt, type StoredAt } from '../shared/stored-objects/account.ts';
import { expiryOf } from '../shared/stored-objects/expiry.ts';
import { readObject } from '../shared/stored-objects/made.ts';
import { openBytes } from '../shared/bytes.ts';
import { passedHeaders } from '../shared/client-headers.ts';
import { findKept, lookedUp } from '../shared/foreign-resources.ts';
import { fault } from '../shared/json-endpoint.ts';
import type { PinnedKind } from './pinned-kind.ts';

/** Something of the asker's, and the account that keeps it. */
export type Pin = {
  readonly vendorId: string;
  /** Its name in the path. */
  readonly named: string;
  readonly at: StoredAt;
  readonly candidate: Candidate;
  /** What is written down of it; undefined of what an answer made. */
  readonly object: StoredObject | undefined;
};

/** The one that a call's path names, if it is the asker's. Whoever else names it is told that there is none. */
export async function pinOf(deps: RelayDeps, context: Inspected, kind: PinnedKind): Promise<Pin> {
  const { key, call, snapshot } = context;
  const named = call.target.params['id'] ?? '';
  const vendorId = `${kind.named?.prefix ?? ''}${named}`;
  const { protocol, operation } = kind;
  const asked = named !== '' && vendorId.length <= 200;
  const object = asked
    ? await lookedUp(deps, deps.objects.find(key.user.id, { kind: kind.kind, protocol }, vendorId))
    : undefined;
  if (object) return { vendorId, named, at: object, candidate: storingCandidate(snapshot, object, operation), object };
  const made = asked && kind.madeInAnswers === true ? (await findKept(deps, key, [vendorId])).get(vendorId) : undefined;
  if (!made || !('account' in made))
    throw new Refusal('object_not_found', `There is no such ${kind.kind}: "${shorten(vendorId)}".`, { param: 'id' });
  const at = { ...made.account, protocol };
  return { vendorId, named, at, candidate: storingCandidate(snapshot, at, operation), object: undefined };
}

/** What is asked of one, with its client's method, query and body. */
export async function passToOne(
  deps: RelayDeps,
  context: Planned,
  { at, named }: Pin,
  candidate: Candidate,
  { operation, query }: Pick<PinnedKind, 'operation' | 'query'>,
): Promise<UpstreamRequest> {
  const { call, body } = context;
  const { headers } = passedHeaders(context, candidate);
  const form = body.form && writeMultipart(body.form);
  const sent = form?.body ?? (body.bytes.byteLength === 0 ? undefined : body.bytes);
  const path = [named, ...segmentsOf(call.target)].map(encodeURIComponent).join('/');
  const request = await requestAt(deps, at, operation, `/${path}${queryOf(call.request.url, query)}`, {
    method: methodOf(call.request.method),
    headers: form ? { ...headers, 'content-type': form.contentType } : headers,
    body: sent,
  });
  if (!request) throw new Refusal('object_not_found', 'Who keeps it is not asked any more.', { param: 'id' });
  return request;
}

const methodOf = (method: string): UpstreamRequest['method'] =>
  method === 'GET' || method === 'DELETE' || method === 'PATCH' ? method : 'POST';

/** What follows the id. Nothing of it may climb out of what is the asker's. */
export function segmentsOf({ params, action }: Planned['call']['target']): readonly string[] {
  const rest = action ?? params['rest'];
  if (rest === undefined) return [];
  const segments = rest.split('/');
  if (segments.some((one) => one === '' || one === '.' || one === '..'))
    throw new Refusal('unknown_path', 'The path has an empty segment, or one of dots.');
  return segments;
}

/** The client's query, without a key that it may hold; of `only` some names, where that is given. */
function queryOf(url: string, only: readonly string[] | undefined): string {
  const query = new URL(url).searchParams;
  for (const name of new Set(query.keys())) if (name === 'key' || only?.includes(name) === false) query.delete(name);
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** How answers of one are handed on: those that tell of itself are read, all others pass as they come. */
export function answersOf(
  deps: RelayDeps,
  { vendorId, object }: Pin,
  isRead: boolean,
  { idKey, asked }: { readonly idKey: string | undefined; readonly asked: Asked },
  also: (told: JsonObject) => Promise<void>,
): Pick<Exchange, 'openStream' | 'readWhole'> {
  return {
    openStream: (type) => (isRead ? undefined : openBytes(type || 'application/json', () => ({ usage: undefined }))),
    readWhole(bytes) {
      const read = readObject(bytes, idKey);
      if (!read) return fault('unexpected_body', 'the upstream answered with something that has no id', undefined);
      return {
        usage: undefined,
        outputEstimate: 0,
        write: () => ({ body: bytes, contentType: 'application/json', losses: [] }),
        async keep() {
          if (object && read.vendorId === vendorId)
            await deps.objects.note(
              { ...object, told: read.told, expiresAt: expiryOf(read.told) ?? object.expiresAt },
              asked,
            );
          await also(read.told);
        },
      };
    },
  };
}

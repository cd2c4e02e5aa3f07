import type { BodyKind } from '@tollgate/contract/endpoint-kinds';
import type { OpenableEndpoint } from '@tollgate/contract/openable-endpoints';
import { isObject } from '@tollgate/wire/json/fields';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { referencesTo } from '@tollgate/wire/protocols/resources';
import { Refusal } from '../../domain/refusal.ts';
import { storagePriceOf } from '../../domain/storage-price.ts';
import type { EndpointRoute } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Exchange } from '../../relay/exchange.ts';
import type { Candidate, Inspected } from '../../relay/request-context.ts';
import { writeMultipart } from '../../relay/receive/multipart/write-multipart.ts';
import type { AccountRef } from '../../services/conversations/conversations.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { announced, isRefused } from '../shared/stored-objects/announce.ts';
import { candidatesToStore, storingAll, pricedAmong } from '../shared/stored-objects/account.ts';
import { storeMade, objectOf, readMade } from '../shared/stored-objects/made.ts';
import { listOwn, ownAnswer, removeObject, versionOf } from '../shared/stored-objects/own.ts';
import { listByToken, listCursor } from '../shared/stored-objects/list-page.ts';
import { accountsNamed, refuseForeignResources } from '../shared/foreign-resources.ts';
import { formOf } from '../shared/form.ts';
import { summaryOf } from '../shared/inspect.ts';
import { passedJson, readerOfErrors, wholeOnly } from '../shared/json-endpoint.ts';
import { upstreamRequest } from '../shared/upstream-request.ts';
import { pinnedKinds } from './kinds.ts';
import { namedThings } from './named-things.ts';
import { answersOf, passToOne, pinOf, segmentsOf } from './one.ts';
import type { PinnedKind } from './pinned-kind.ts';

/** Everything that is asked of a kind. */
function endpointsOf(kind: PinnedKind): readonly Endpoint[] {
  const { id, title, protocol, operation, acts } = kind;
  const asked = {
    protocol,
    operation,
    errors: passthroughOf(protocol),
    kind,
    charged: false,
    answers: ['json', 'bytes'],
  } as const;
  // What is named by a path has nothing below it.
  const within = (method: EndpointRoute['method']): readonly EndpointRoute[] =>
    kind.named ? [] : routed(kind, method, '/{id}/{rest+}');
  const act = asking({
    ...asked,
    id: `${id}-act`,
    title: `${title}, ${acts.join(' or ')}`,
    routes: acts.flatMap((one) => routed(kind, 'POST', `/{id}/${one}`).map((route) => ({ ...route, action: one }))),
    body: 'none',
  });
  const write = asking({
    ...asked,
    id: `${id}-write`,
    title: `${title}, changing one and adding to it`,
    routes: [...routed(kind, kind.change ?? 'POST', '/{id}'), ...within('POST')],
    // Some of what is asked of what is in one has none: `POST /v1/vector_stores/{id}/file_batches/{batch}/cancel`.
    body: kind.named ? 'json or multipart' : 'json, multipart or none',
  });
  return [
    ...(kind.body === undefined ? [] : [making(kind, kind.body)]),
    ...(kind.list === undefined ? [] : [listing(kind, kind.list)]),
    ...(acts.length === 0 ? [] : [act]),
    asking({
      ...asked,
      id: `${id}-read`,
      title: `${title}, one and what is in it`,
      routes: [...routed(kind, 'GET', '/{id}'), ...within('GET'), ...within('DELETE')],
      body: 'none',
    }),
    ...(kind.body === undefined ? [] : [write]),
    deleting(kind),
  ];
}

/** The routes of what stands below a kind's path. */
const routed = (kind: PinnedKind, method: EndpointRoute['method'], below: string): readonly EndpointRoute[] =>
  [kind, ...(kind.alsoAt === undefined ? [] : [kind.alsoAt])].map(({ path, header }) => ({
    method,
    path: path + below,
    ...(header !== undefined && { header }),
  }));

/** A list of one's own, as it is written down here. */
function listing(kind: PinnedKind, list: NonNullable<PinnedKind['list']>): Endpoint {
  const { id, title, protocol, operation, path } = kind;
  const facts = { protocol, operation, errors: passthroughOf(protocol) };
  const name = path.slice(path.lastIndexOf('/') + 1);
  return ownAnswer(
    { ...facts, id: `${id}-list`, title: `${title}, those of one’s own`, routes: routed(kind, 'GET', '') },
    (deps, context) => {
      refuseClosed(context, kind);
      if (list === 'after') return listOwn(deps, context, kind.kind, { usual: 20, most: 100 });
      return list === 'page' ? listCursor(deps, context, kind.kind) : listByToken(deps, context, kind.kind, name);
    },
  );
}

function deleting(kind: PinnedKind): Endpoint {
  const { id, title, protocol, operation } = kind;
  const facts = { protocol, operation, errors: passthroughOf(protocol) };
  return ownAnswer(
    { ...facts, id: `${id}-delete`, title: `${title}, deleting one`, routes: routed(kind, 'DELETE', '/{id}') },
    async (deps, context) => {
      refuseClosed(context, kind);
      const pin = await pinOf(deps, context, kind);
      return await removeObject(deps, context.key.user.id, pin, { kind: operation, headers: versionOf(context) });
    },
  );
}

/** Makes one at an account, which from then on is the only one that is asked for it, for its maker alone. */
function making(kind: PinnedKind, body: BodyKind): Endpoint {
  const { id, title, protocol, operation, priced } = kind;
  const endpoint: Endpoint<readonly AccountRef[]> = {
    id,
    title,
    routes: routed(kind, 'POST', ''),
    protocol,
    operation,
    errors: passthroughOf(protocol),
    body,
    answers: ['json'],
    charged: priced !== undefined,
    inspect: (json) => inspectBody(kind, json, true),
    async begin(deps, context) {
      if (priced) refuseClosedToKey(context, kind);
      else refuseClosed(context, kind);
      await refuseForeignResources(deps, context);
      return await accountsNamed(deps, context);
    },
    candidates(_deps, context, accounts) {
      const model = priced && context.summary.model;
      const candidates = storingAll(
        candidatesToStore(context, { kind: operation, protocol }, model, 'model'),
        accounts,
        null,
      );
      return priced ? paidByTime(pricedAmong(candidates, context), context, kind) : candidates;
    },
    async exchange(deps, context, _accounts, candidate) {
      const sent = context.body.form
        ? writeMultipart(formOf(context))
        : priced
          ? passedJson(context, candidate, priced.withModel)
          : context.body.bytes;
      const request = await upstreamRequest(deps, endpoint, context, candidate, sent);
      return {
        ...wholeOnly,
        request,
        mustBeHeard: true,
        readError: readerOfErrors(candidate),
        readWhole: (bytes) =>
          readMade(
            deps,
            context,
            candidate,
            {
              kind: kind.kind,
              requests: undefined,
              ...(kind.named && { idKey: kind.named.key }),
              ...(priced && { usageOf: priced.usageOf }),
            },
            bytes,
          ),
      };
    },
  };
  return defineEndpoint(endpoint);
}

type AskingFacts = Pick<
  Endpoint,
  'id' | 'title' | 'routes' | 'protocol' | 'operation' | 'errors' | 'body' | 'answers' | 'charged'
> & { readonly kind: PinnedKind };

/** What is asked of one, or of what is in it: what comes back passes as it comes. */
const asking = ({ kind, ...facts }: AskingFacts): Endpoint =>
  defineEndpoint({
    ...facts,
    inspect: (json) => (facts.body === 'none' ? summaryOf('', null) : inspectBody(kind, json, false)),
    async begin(deps, context) {
      refuseClosed(context, kind);
      await refuseForeignResources(deps, context);
      const accounts = await accountsNamed(deps, context);
      return { pin: await pinOf(deps, context, kind), accounts };
    },
    candidates: (_deps, _context, { pin, accounts }) => storingAll([pin.candidate], accounts, null),
    exchange: async (deps, context, { pin }, candidate): Promise<Exchange> => {
      // Of what is in one, answers may be long, or no JSON.
      const isRead = kind.fileIn !== undefined || segmentsOf(context.call.target).length === 0;
      const isChange = kind.priced !== undefined && context.call.request.method !== 'GET';
      const change = isChange && pin.object?.storage ? announced(deps, pin.object) : undefined;
      const asked = { at: deps.clock.now(), isChange };
      const readError = readerOfErrors(candidate);
      return {
        ...wholeOnly,
        request: await passToOne(deps, context, pin, candidate, kind),
        mustBeHeard: isChange,
        ...(change && { intent: change.intent }),
        readError(status, ...told) {
          if (isRefused(status)) change?.heard();
          return readError(status, ...told);
        },
        ...answersOf(deps, pin, isRead, { idKey: kind.named?.key, asked }, async (told) => {
          change?.heard();
          const file = kind.fileIn?.(told);
          const vendorId = file?.['id'];
          if (file && typeof vendorId === 'string') {
            const kept = objectOf(context, candidate, { kind: 'file', vendorId, told: file, requests: undefined });
            await storeMade(deps, { ...kept, finishedAt: kept.createdAt });
          }
        }),
      };
    },
  });

/**
 * What a group does not open is closed, and what it opens may be closed to one of its keys. What is paid by the time that it is kept needs
 * opening only where it is made without a price for that.
 */
function refuseClosed(context: Inspected, kind: PinnedKind): void {
  if (kind.priced === undefined && kind.opened !== undefined && !isOpened(context, kind.opened)) refuse(context, kind);
  refuseClosedToKey(context, kind);
}

const isOpened = ({ snapshot, group }: Inspected, opened: OpenableEndpoint): boolean =>
  snapshot.groups.get(group)?.openEndpoints?.includes(opened) === true;

function refuse({ group }: Inspected, { path, priced }: PinnedKind): never {
  const why = priced ? ', and its model has no price for the time that one is kept' : '';
  throw new Refusal(
    'endpoint_not_allowed',
    `${path} is not open to the group "${group}" of this API key${why}. An administrator may open it.`,
  );
}

function refuseClosedToKey({ key }: Inspected, { opened, path }: PinnedKind): void {
  if (opened !== undefined && key.openEndpoints && !key.openEndpoints.includes(opened))
    throw new Refusal('endpoint_not_allowed', `${path} is not open to this API key.`);
}

/** Of those who may keep it, who has a price for the time that it is kept, unless the group opens what has none. */
function paidByTime(candidates: readonly Candidate[], context: Inspected, kind: PinnedKind): readonly Candidate[] {
  if (kind.opened === undefined || isOpened(context, kind.opened)) return candidates;
  const paid = candidates.filter(({ price }) => price && storagePriceOf(price));
  return paid.length > 0 ? paid : refuse(context, kind);
}

function inspectBody(kind: PinnedKind, json: Json, isNew: boolean): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const refused = isNew ? kind.refuses?.(json) : undefined;
  if (refused) return refused;
  const own: (json: JsonObject) => ReturnType<typeof namedThings> = kind.names ?? (() => []);
  const references = referencesTo([...namedThings(json), ...own(json)]);
  const priced = isNew ? kind.priced?.inspect(json) : undefined;
  if (priced && 'invalid' in priced) return priced;
  return { ...(priced ?? summaryOf('', null, { inputEstimate: 0 })), ...(references && { references }) };
}

/** What providers' accounts keep for whoever made it there. */
export const pinnedEndpoints: readonly Endpoint[] = pinnedKinds.flatMap(endpointsOf);

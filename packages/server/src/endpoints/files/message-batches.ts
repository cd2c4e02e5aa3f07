import { at, isList, isObject, objectAt, textAt } from '@tollgate/wire/json/fields';
import { render } from '@tollgate/wire/json/render';
import { geoField } from '@tollgate/wire/ir/asked-tier';
import { readAskedGeo } from '@tollgate/wire/ir/served-as';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { inspectMessages } from '@tollgate/wire/protocols/anthropic-messages/inspect';
import { Refusal } from '../../domain/refusal.ts';
import type { StoredObject } from '../../domain/stored-object.ts';
import type { InspectLimits } from '../../relay/call.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Candidate, Inspected, Planned } from '../../relay/request-context.ts';
import type { AccountRef } from '../../services/conversations/conversations.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { openBytes } from '../shared/bytes.ts';
import { withoutBillingFields } from '../shared/billing-fields.ts';
import { withoutCostlyFields } from '../shared/costly-fields.ts';
import { accountsNamed, refuseForeignResources } from '../shared/foreign-resources.ts';
import { fault, readerOfErrors, wholeOnly } from '../shared/json-endpoint.ts';
import { originFor } from '../shared/origin.ts';
import { refuseUnpricedGeo } from '../shared/unpriced-geo.ts';
import { upstreamRequest } from '../shared/upstream-request.ts';
import {
  storingCandidate,
  candidatesToStore,
  storingAll,
  pricedAmong,
  requestAt,
} from '../shared/stored-objects/account.ts';
import { askedOf, atDearest } from './asked-lines.ts';
import { batchWordsOf } from './batch-words.ts';
import { cancelBatch } from './cancel-batch.ts';
import { handOverBatch, readBegun, together } from './begin-batch.ts';
import { objectOf } from '../shared/stored-objects/made.ts';
import { listPage } from '../shared/stored-objects/list-page.ts';
import { free, namedObject, ownAnswer, removeObject } from '../shared/stored-objects/own.ts';

const operation = 'batches';
const protocol = 'anthropic-messages';
const errors = passthroughOf(protocol);
const words = batchWordsOf(protocol);

/** Anthropic's own limit. https://docs.claude.com/en/docs/build-with-claude/batch-processing#batch-limitations */
const maxRequests = 100_000;
const customId = /^[\w-]{1,64}$/;
const dayMs = 86_400_000;

/**
 * Begins a batch of messages at an account that serves their model. What all of them may cost is reserved; what they did use is
 * charged once, at the rates of the tier `batch`, when the results are there.
 * https://docs.claude.com/en/api/creating-message-batches
 */
const create: Endpoint<readonly AccountRef[]> = {
  id: 'message-batches',
  title: 'Anthropic Message Batches',
  routes: [{ method: 'POST', path: '/v1/messages/batches' }],
  protocol,
  operation,
  errors,
  body: 'json',
  answers: ['task'],
  charged: true,
  inspect: inspectBatch,
  async begin(deps, context) {
    await refuseForeignResources(deps, context);
    return await accountsNamed(deps, context);
  },
  candidates(_deps, context, accounts) {
    const { model } = context.summary;
    const candidates = storingAll(
      candidatesToStore(context, { kind: operation, protocol }, model, 'requests'),
      accounts,
      'requests',
    );
    return pricedAmong(candidates, context).map((one) => atDearest(create, context, one, askedFor(context, one)));
  },
  tiersFor: () => ['batch'],
  async exchange(deps, context, _accounts, candidate) {
    const geos = requestsIn(context).map((one) => readAskedGeo((objectAt(one, 'params') ?? {})[geoField]));
    refuseUnpricedGeo(context, candidate, geos);
    const request = await upstreamRequest(deps, create, context, candidate, bodyFor(context, candidate));
    return {
      ...wholeOnly,
      request,
      background: true,
      mustBeHeard: true,
      readError: readerOfErrors(candidate),
      readWhole: (bytes) => readBegun(bytes),
      handOver: handOverBatch(deps, context, candidate, (id) => toldAs(id, context, candidate)),
    };
  },
};

const requestsIn = ({ body }: Pick<Inspected, 'body'>): readonly JsonObject[] => {
  const requests = isObject(body.json) ? at(body.json, 'requests') : undefined;
  return isList(requests) ? requests.filter(isObject) : [];
};

/** What the price of a candidate goes by of each request. */
const askedFor = (context: Inspected, { price }: Candidate) =>
  askedOf(
    price,
    requestsIn(context).map((one) => [textAt(one, 'custom_id') ?? '', at(one, 'params') ?? null] as const),
    context.call.request.headers,
  );

/** The requests by the model's name upstream, without what may not pass; the client's bytes where nothing changes. */
function bodyFor(context: Planned, candidate: Candidate): Uint8Array {
  const { bytes, json } = context.body;
  const { upstreamModel: model } = candidate;
  let changed = false;
  const requests = requestsIn(context).map((request) => {
    const params = objectAt(request, 'params') ?? {};
    const passed = withoutBillingFields(context, withoutCostlyFields(context, params, candidate));
    if (passed === params && params['model'] === model) return request;
    changed = true;
    return { ...request, params: { ...passed, model } };
  });
  return changed && isObject(json) ? render(bytes, json, { ...json, requests }) : bytes;
}

/** Until its job has asked after it. */
const toldAs = (vendorId: string, context: Planned, candidate: Candidate): StoredObject =>
  objectOf(context, candidate, {
    kind: 'batch',
    vendorId,
    told: {
      id: vendorId,
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: requestsIn(context).length, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      created_at: new Date(context.at).toISOString(),
      expires_at: new Date(context.at + dayMs).toISOString(),
      ended_at: null,
      archived_at: null,
      cancel_initiated_at: null,
      results_url: null,
    },
    requests: undefined,
    asked: askedFor(context, candidate),
  });

/** Every request as it would be by itself, and all of them together. Never throws, on any JSON. */
export function inspectBatch(json: Json, limits: InspectLimits): RequestSummary | Invalid {
  const requests = isObject(json) ? at(json, 'requests') : undefined;
  if (!isList(requests) || requests.length === 0)
    return { invalid: '"requests" must be a list that is not empty.', param: 'requests' };
  if (requests.length > maxRequests)
    return { invalid: `There are more than ${maxRequests} requests.`, param: 'requests' };
  const ids = new Set<string>();
  const summaries: RequestSummary[] = [];
  for (const [index, request] of requests.entries()) {
    const read = inspectOne(request, `requests[${index}]`, ids, limits);
    if ('invalid' in read) return read;
    if (read.model !== (summaries[0] ?? read).model)
      return { invalid: 'All requests of a batch must be of one model.', param: `requests[${index}].params.model` };
    summaries.push(read);
  }
  return together(summaries);
}

function inspectOne(request: Json, param: string, ids: Set<string>, limits: InspectLimits): RequestSummary | Invalid {
  const params = isObject(request) ? at(request, 'params') : undefined;
  if (!isObject(request) || !isObject(params)) return { invalid: 'A request is an object with "params".', param };
  const id = textAt(request, 'custom_id') ?? '';
  if (!customId.test(id) || ids.has(id))
    return {
      invalid: '"custom_id" must be 1 to 64 letters, digits, - or _, and stand once.',
      param: `${param}.custom_id`,
    };
  ids.add(id);
  const read = inspectMessages('chat', params, limits);
  if ('invalid' in read)
    return { ...read, param: read.param === null ? `${param}.params` : `${param}.params.${read.param}` };
  if (read.stream) return { invalid: 'A batch does not stream.', param: `${param}.params.stream` };
  if (read.maxOutputTokens === undefined)
    return { invalid: '"max_tokens" must be a positive integer.', param: `${param}.params.max_tokens` };
  return read;
}

/** A batch as its owner is told of it: the results are had here. */
function presented(context: Inspected, { told, vendorId, finishedAt }: StoredObject): JsonObject {
  const hasResults = finishedAt !== undefined && words.resultsOf(told, vendorId) !== undefined;
  const path = `/v1/messages/batches/${encodeURIComponent(vendorId)}/results`;
  return { ...told, results_url: hasResults ? originFor(context) + path : null };
}

async function remove(deps: RelayDeps, context: Inspected): Promise<JsonObject> {
  const batch = await namedObject(deps, context, 'batch');
  if (batch.finishedAt === undefined)
    throw new Refusal('invalid_request', 'The batch is still worked on. Cancel it first.', { param: 'id' });
  const { vendorId } = batch;
  await removeObject(deps, batch.userId, { vendorId, at: batch, object: batch }, { kind: operation, headers: {} });
  return { id: vendorId, type: 'message_batch_deleted' };
}

/** The results, line by line as they come from the account that keeps them; once they are charged. */
const results: Endpoint<StoredObject> = {
  ...free,
  protocol,
  errors,
  id: 'message-batches-results',
  title: 'Anthropic Message Batches, the results of one',
  routes: [{ method: 'GET', path: '/v1/messages/batches/{id}/results' }],
  operation,
  answers: ['bytes'],
  async begin(deps, context) {
    const batch = await namedObject(deps, context, 'batch');
    if (batch.finishedAt !== undefined && words.resultsOf(batch.told, batch.vendorId)) return batch;
    throw new Refusal('object_not_found', 'The batch has no results yet.', { param: 'id' });
  },
  candidates: (_deps, context, batch) => [storingCandidate(context.snapshot, batch, operation)],
  async exchange(deps, _context, batch, candidate) {
    const request = await requestAt(deps, batch, operation, `/${encodeURIComponent(batch.vendorId)}/results`);
    if (!request)
      throw new Refusal('object_not_found', 'Who keeps the results is not asked any more.', { param: 'id' });
    return {
      ...wholeOnly,
      request,
      readError: readerOfErrors(candidate),
      openStream: (type) => openBytes(type || 'application/x-jsonl', () => ({ usage: undefined })),
      readWhole: () => fault('unexpected_body', 'results are not collected', undefined),
    };
  },
};

const facts = { protocol, errors, operation } as const;

/** https://docs.claude.com/en/api/creating-message-batches */
export const messageBatchesEndpoints: readonly Endpoint[] = [
  defineEndpoint(create),
  ownAnswer(
    {
      ...facts,
      id: 'message-batches-list',
      title: 'Anthropic Message Batches, those of one’s own',
      routes: [{ method: 'GET', path: '/v1/messages/batches' }],
    },
    (deps, context) => listPage(deps, context, 'batch', (batch) => presented(context, batch)),
  ),
  ownAnswer(
    {
      ...facts,
      id: 'message-batches-read',
      title: 'Anthropic Message Batches, how far one is',
      routes: [{ method: 'GET', path: '/v1/messages/batches/{id}' }],
    },
    async (deps, context) => presented(context, await namedObject(deps, context, 'batch')),
  ),
  ownAnswer(
    {
      ...facts,
      id: 'message-batches-cancel',
      title: 'Anthropic Message Batches, cancelling one',
      routes: [{ method: 'POST', path: '/v1/messages/batches/{id}/cancel' }],
    },
    async (deps, context) => presented(context, await cancelBatch(deps, await namedObject(deps, context, 'batch'))),
  ),
  ownAnswer(
    {
      ...facts,
      id: 'message-batches-delete',
      title: 'Anthropic Message Batches, deleting one',
      routes: [{ method: 'DELETE', path: '/v1/messages/batches/{id}' }],
    },
    remove,
  ),
  defineEndpoint(results),
];

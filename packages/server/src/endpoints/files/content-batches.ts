import { at, isList, isObject, listAt, objectAt, textAt } from '@tollgate/wire/json/fields';
import { render } from '@tollgate/wire/json/render';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { bothSpellings, camelKeys } from '@tollgate/wire/protocols/gemini/cases';
import { Refusal } from '../../domain/refusal.ts';
import type { RequestLines, StoredObject } from '../../domain/stored-object.ts';
import type { CallTarget, EndpointRoute, InspectLimits } from '../../relay/call.ts';
import { answerHeaders } from '../../relay/answer/headers.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Candidate, Inspected, Planned } from '../../relay/request-context.ts';
import type { AccountRef } from '../../services/conversations/conversations.ts';
import { geminiRoutes } from '../chat/endpoints.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { openBytes } from '../shared/bytes.ts';
import { withoutCostlyFields } from '../shared/costly-fields.ts';
import { summaryOf } from '../shared/inspect.ts';
import { accountsNamed, refuseForeignResources } from '../shared/foreign-resources.ts';
import { fault, readerOfErrors, wholeOnly } from '../shared/json-endpoint.ts';
import {
  storingCandidate,
  candidatesToStore,
  storingAll,
  pricedAmong,
  requestAt,
} from '../shared/stored-objects/account.ts';
import { listByToken } from '../shared/stored-objects/list-page.ts';
import { objectOf } from '../shared/stored-objects/made.ts';
import { free, namedObject, ownAnswer, ownObject, removeObject } from '../shared/stored-objects/own.ts';
import { upstreamRequest } from '../shared/upstream-request.ts';
import { cancelBatch } from './cancel-batch.ts';
import { askedOf, atDearest } from './asked-lines.ts';
import { handOverBatch, readBegun, together } from './begin-batch.ts';
import { fileParam, linesOf, maySendLines, summaryOfLines } from './batch-of-file.ts';
import { lineKinds } from './request-lines.ts';

const operation = 'batches';
const protocol = 'gemini';
const errors = passthroughOf(protocol);
const prefix = 'batches/';

/** A kind of batch: by which method it is begun, and of which requests it is. */
type BatchKind = Pick<Endpoint, 'id' | 'title' | 'operation'> & {
  readonly method: string;
  readonly of: RequestLines['of'];
};

/** What keeps all that a batch names, and the file of its requests, where they are in one. */
type Begun = { readonly accounts: readonly AccountRef[]; readonly file: StoredObject | undefined };

/**
 * Begins a batch of Gemini's at an account that serves its model. What all requests may cost is reserved; what they did use is charged
 * once, at the rates of the tier `batch`, when the answers are there. https://ai.google.dev/gemini-api/docs/batch-api
 */
function creating({ id, title, operation: asked, method, of }: BatchKind): Endpoint {
  const create: Endpoint<Begun> = {
    id,
    title,
    routes: geminiRoutes({ [method]: false }),
    protocol,
    operation: asked,
    errors,
    body: 'json',
    answers: ['task'],
    charged: true,
    inspect: (json, limits, target) => inspectContentBatch(json, limits, target, of),
    async begin(deps, context) {
      const { holdOutputTokens } = context.snapshot.settings.relay;
      const named = fileNameIn(context.body.json);
      const file = named === undefined ? undefined : await ownObject(deps, context, 'file', named, fileParam);
      if (file) context.summary = summaryOfLines(context, linesOf(file, of));
      const { unboundedIn } = lineKinds[of];
      const unbounded =
        file?.lines?.unbounded ??
        requestsIn(context.body.json).reduce((sum, one) => sum + unboundedIn(requestOf(one)), 0);
      const known = context.summary.maxOutputTokens ?? 0;
      context.summary = { ...context.summary, maxOutputTokens: known + unbounded * holdOutputTokens };
      await refuseForeignResources(deps, context);
      return { accounts: await accountsNamed(deps, context), file };
    },
    candidates(_deps, context, { accounts, file }) {
      const candidates = candidatesToStore(context, { kind: operation, protocol }, context.summary.model, 'model');
      const keeping = storingAll(candidates, file ? [...accounts, file] : accounts, 'batch');
      const priced = pricedAmong(keeping, context);
      if (file) return priced.filter((one) => maySendLines(one, file));
      return priced.map((one) => atDearest(create, context, one, askedFor(context, one)));
    },
    tiersFor: () => ['batch'],
    async exchange(deps, context, _begun, candidate) {
      const request = await upstreamRequest(deps, create, context, candidate, bodyFor(context, candidate));
      return {
        ...wholeOnly,
        request,
        background: true,
        mustBeHeard: true,
        readError: readerOfErrors(candidate),
        readWhole: (bytes) => readBegun(bytes, idOf),
        handOver: handOverBatch(deps, context, candidate, (name) => toldAs(name, context, candidate)),
      };
    },
  };
  return defineEndpoint(create);
}

/** The file in which the requests are; undefined where they stand in the body. */
const fileNameIn = (json: Json): string | undefined => textAt(inputOf(json), 'fileName');

/** What the price of a candidate goes by of each request. */
const askedFor = ({ body, call }: Inspected, { price }: Candidate) =>
  askedOf(
    price,
    requestsIn(body.json).map((one, index) => [`${index}`, requestOf(one)] as const),
    call.request.headers,
  );

/** What names it in paths: `abc` of `batches/abc`. */
function idOf(told: JsonObject): string | undefined {
  const name = textAt(told, 'name');
  return name?.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : undefined;
}

/** The batch that a body describes, its keys in camel case. */
const batchIn = (json: Json): JsonObject => (isObject(json) ? camelKeys(objectAt(json, 'batch') ?? {}) : {});
const inputOf = (json: Json): JsonObject => camelKeys(objectAt(batchIn(json), 'inputConfig') ?? {});

function requestsIn(json: Json): readonly JsonObject[] {
  return listAt(objectAt(inputOf(json), 'requests') ?? {}, 'requests').filter(isObject);
}

const requestOf = (one: JsonObject): JsonObject => objectAt(one, 'request') ?? {};

/** Every request as it would be by itself, and all of them together. Never throws, on any JSON. */
function inspectContentBatch(
  json: Json,
  limits: InspectLimits,
  target: CallTarget,
  of: RequestLines['of'],
): RequestSummary | Invalid {
  const model = target.params['model'] ?? '';
  const batch = isObject(json) ? objectAt(json, 'batch') : undefined;
  if (!batch) return { invalid: 'The body must have a "batch".', param: 'batch' };
  // Of two spellings the vendor may read the other one.
  const twice = bothSpellings(batch) ?? bothSpellings(objectAt(camelKeys(batch), 'inputConfig') ?? {});
  if (twice !== undefined) return { invalid: `"${twice}" stands in both of its spellings.`, param: twice };
  const input = inputOf(json);
  if ((at(input, 'fileName') ?? null) !== null) return inspectOfFile(input, model);
  const param = 'batch.inputConfig.requests.requests';
  const requests = at(objectAt(input, 'requests') ?? {}, 'requests');
  if (!isList(requests) || requests.length === 0)
    return { invalid: `"${param}" must be a list that is not empty.`, param };
  const summaries: RequestSummary[] = [];
  for (const [index, one] of requests.entries()) {
    const path = `${param}[${index}]`;
    const request = isObject(one) ? objectAt(one, 'request') : undefined;
    if (!request) return { invalid: 'A request is an object with "request".', param: path };
    const its = textAt(request, 'model');
    if (its !== undefined && its !== `models/${model}`)
      return { invalid: 'All requests of a batch must be of its model.', param: `${path}.request.model` };
    const read = lineKinds[of].inspect(request, limits, model);
    if ('invalid' in read) return { ...read, param: `${path}.request${read.param === null ? '' : `.${read.param}`}` };
    summaries.push({ ...read, maxOutputTokens: (read.maxOutputTokens ?? 0) * read.choices });
  }
  return together(summaries);
}

/** Its requests are in a file, of which more is known once that is looked up. */
function inspectOfFile(input: JsonObject, model: string): RequestSummary | Invalid {
  if ((at(input, 'requests') ?? null) !== null)
    return { invalid: 'Give the requests, or a file of them, not both.', param: fileParam };
  if (!/^files\/[\w-]{1,100}$/.test(textAt(input, 'fileName') ?? ''))
    return { invalid: `"${fileParam}" must be the name of a file, such as files/abc.`, param: fileParam };
  return summaryOf(model, null, { inputEstimate: 0 });
}

/** The requests by the model's name upstream, without what may not pass; the client's bytes where nothing changes. */
function bodyFor(context: Planned, candidate: Candidate): Uint8Array {
  const { bytes, json } = context.body;
  let changed = false;
  const requests = requestsIn(json).map((one) => {
    const request = requestOf(one);
    const passed = withoutCostlyFields(context, request, candidate);
    const model = `models/${candidate.upstreamModel}`;
    if (passed === request && (request['model'] ?? model) === model) return one;
    changed = true;
    return { ...one, request: { ...passed, ...(request['model'] !== undefined && { model }) } };
  });
  if (!changed || !isObject(json)) return bytes;
  return render(bytes, json, { ...json, batch: { ...batchIn(json), inputConfig: { requests: { requests } } } });
}

/** Until its job has asked after it. */
const toldAs = (vendorId: string, context: Planned, candidate: Candidate): StoredObject =>
  objectOf(context, candidate, {
    kind: 'batch',
    vendorId,
    told: {
      name: prefix + vendorId,
      metadata: {
        model: `models/${context.summary.model}`,
        displayName: textAt(batchIn(context.body.json), 'displayName') ?? '',
        state: 'BATCH_STATE_PENDING',
        createTime: new Date(context.at).toISOString(),
      },
    },
    requests: undefined,
    asked: askedFor(context, candidate),
  });

/** Whether it has answers, which its account tells. */
const hasAnswers = ({ finishedAt, told }: StoredObject): boolean =>
  finishedAt !== undefined && (textAt(objectAt(told, 'metadata') ?? {}, 'state') ?? '').endsWith('_SUCCEEDED');

/** How far it is, as it was last told; its answers as they come from the account that keeps them, once they are charged. */
const read: Endpoint<StoredObject> = {
  ...free,
  protocol,
  errors,
  id: 'content-batches-read',
  title: 'Gemini batches, how far one is, and its answers',
  routes: both('GET', '/batches/{id}'),
  operation,
  answers: ['json', 'bytes'],
  begin: (deps, context) => namedObject(deps, context, 'batch'),
  candidates: (_deps, context, batch) =>
    hasAnswers(batch) ? [storingCandidate(context.snapshot, batch, operation)] : [],
  fallback: (context, { told }) => Response.json(told, { headers: answerHeaders(context, 'application/json') }),
  async exchange(deps, _context, batch, candidate) {
    const request = await requestAt(deps, batch, operation, `/${encodeURIComponent(batch.vendorId)}`);
    if (!request)
      throw new Refusal('object_not_found', 'Who keeps the answers is not asked any more.', { param: 'id' });
    return {
      ...wholeOnly,
      request,
      readError: readerOfErrors(candidate),
      openStream: (type) => openBytes(type || 'application/json', () => ({ usage: undefined })),
      readWhole: () => fault('unexpected_body', 'answers are not collected', undefined),
    };
  },
};

async function cancel(deps: RelayDeps, context: Inspected): Promise<JsonObject> {
  await cancelBatch(deps, await namedObject(deps, context, 'batch'));
  return {};
}

async function remove(deps: RelayDeps, context: Inspected): Promise<JsonObject> {
  const batch = await namedObject(deps, context, 'batch');
  if (batch.finishedAt === undefined)
    throw new Refusal('invalid_request', 'The batch is still worked on. Cancel it first.', { param: 'id' });
  const { vendorId } = batch;
  await removeObject(deps, batch.userId, { vendorId, at: batch, object: batch }, { kind: operation, headers: {} });
  return {};
}

/** Under both versions of the API that clients use. */
function both(method: EndpointRoute['method'], path: string): readonly EndpointRoute[] {
  return [
    { method, path: `/v1beta${path}` },
    // At /v1/batches are OpenAI's: its clients do not send Google's header.
    { method, path: `/v1${path}`, header: 'x-goog-api-key' },
  ];
}

const facts = { protocol, errors, operation } as const;

/** https://ai.google.dev/api/batch-api */
export const contentBatchesEndpoints: readonly Endpoint[] = [
  creating({
    id: 'content-batches',
    title: 'Gemini batchGenerateContent',
    method: 'batchGenerateContent',
    operation: 'batch-content',
    of: 'contents',
  }),
  creating({
    id: 'embed-batches',
    title: 'Gemini asyncBatchEmbedContent',
    method: 'asyncBatchEmbedContent',
    operation: 'batch-embed',
    of: 'embeddings',
  }),
  ownAnswer(
    {
      ...facts,
      id: 'content-batches-list',
      title: 'Gemini batches, those of one’s own',
      routes: both('GET', '/batches'),
    },
    (deps, context) => listByToken(deps, context, 'batch', 'operations'),
  ),
  defineEndpoint(read),
  ownAnswer(
    {
      ...facts,
      id: 'content-batches-cancel',
      title: 'Gemini batches, cancelling one',
      routes: [
        { method: 'POST', path: '/v1beta/batches/{id}:cancel' },
        { method: 'POST', path: '/v1/batches/{id}:cancel' },
      ],
    },
    cancel,
  ),
  ownAnswer(
    {
      ...facts,
      id: 'content-batches-delete',
      title: 'Gemini batches, deleting one',
      routes: [
        { method: 'DELETE', path: '/v1beta/batches/{id}' },
        { method: 'DELETE', path: '/v1/batches/{id}' },
      ],
    },
    remove,
  ),
];

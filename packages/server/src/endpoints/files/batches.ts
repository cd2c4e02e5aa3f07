import { at, isObject, textAt } from '@tollgate/wire/json/fields';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import type { AskedLines, StoredObject } from '../../domain/stored-object.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Candidate, Inspected, Planned } from '../../relay/request-context.ts';
import { summaryOf } from '../shared/inspect.ts';
import { readerOfErrors, wholeOnly } from '../shared/json-endpoint.ts';
import { upstreamRequest } from '../shared/upstream-request.ts';
import { askAt, storingCandidate, pricedAmong } from '../shared/stored-objects/account.ts';
import { atDearest, goesByRequest, openAsked } from './asked-lines.ts';
import { batchUrls, lineOf, openLines } from './batch-lines.ts';
import { cancelBatch } from './cancel-batch.ts';
import { handOverBatch, readBegun } from './begin-batch.ts';
import { objectOf } from '../shared/stored-objects/made.ts';
import { free, listOwn, namedObject, ownAnswer, ownObject } from '../shared/stored-objects/own.ts';

const operation = 'batches';

/** The file of requests, and what their price goes by of each. */
type Begun = { readonly file: StoredObject; readonly asked: AskedLines | undefined };

/**
 * Begins a batch at the account that keeps its requests. What all of them may cost is reserved; what they did use is charged once,
 * at the rates of the tier `batch`, when the results are there.
 * https://platform.openai.com/docs/api-reference/batch/create
 */
const create: Endpoint<Begun> = {
  id: 'batches',
  title: 'OpenAI Batches',
  routes: [{ method: 'POST', path: '/v1/batches' }],
  protocol: 'openai-chat',
  operation,
  errors: free.errors,
  body: 'json',
  maxBodyBytes: 1 << 20,
  answers: ['task'],
  charged: true,
  inspect: inspectBatch,
  async begin(deps, context) {
    const { json } = context.body;
    const named = (name: string): string => (isObject(json) ? (textAt(json, name) ?? '') : '');
    const file = await ownObject(deps, context, 'file', named('input_file_id'), 'input_file_id');
    const { requests } = file;
    if (!requests)
      throw new Refusal('invalid_request', 'The file was not uploaded with the purpose "batch".', {
        param: 'input_file_id',
      });
    if (requests.url !== named('endpoint'))
      throw new Refusal('invalid_request', `The requests of the file are for ${requests.url}.`, { param: 'endpoint' });
    const { model, lines: calls, inputEstimate, maxOutputTokens } = requests;
    context.summary = { ...context.summary, model, calls, inputEstimate, maxOutputTokens };
    return { file, asked: await askedIn(deps, context, file, model) };
  },
  candidates(_deps, context, { file, asked }) {
    const { snapshot, key, summary } = context;
    const { model } = summary;
    if (key.models !== undefined && !key.models.has(model))
      throw new Refusal('model_not_allowed', 'This API key may not use the model of the batch.', {
        param: 'input_file_id',
      });
    const priced = pricedAmong([storingCandidate(snapshot, file, operation, model)], context);
    return priced.map((one) => atDearest(create, context, one, asked));
  },
  tiersFor: () => ['batch'],
  async exchange(deps, context, { asked }, candidate) {
    const request = await upstreamRequest(deps, create, context, candidate, context.body.bytes);
    return {
      ...wholeOnly,
      request,
      background: true,
      mustBeHeard: true,
      readError: readerOfErrors(candidate),
      readWhole: (bytes) => readBegun(bytes),
      handOver: handOverBatch(deps, context, candidate, (id) => ({ ...toldAs(id, context, candidate), asked })),
    };
  },
};

/** Reads the requests once more, at the account that keeps them, where their price goes by what each asks. */
async function askedIn(
  deps: RelayDeps,
  { snapshot, call }: Inspected,
  file: StoredObject,
  model: string,
): Promise<AskedLines | undefined> {
  const { price } = storingCandidate(snapshot, file, operation, model);
  if (!price || !goesByRequest(price)) return undefined;
  const asked = openAsked(price, call.request.headers);
  let number = 0;
  const lines = openLines((bytes) => {
    const { json, body } = lineOf(bytes, ++number);
    asked.read([textAt(json, 'custom_id') ?? '', body]);
  });
  const answer = await askAt(deps, file, 'files', `/${encodeURIComponent(file.vendorId)}/content`, {
    take: (piece) => lines.push(piece),
  });
  if (answer?.status !== 200)
    throw new Refusal('upstream_error', 'The provider that keeps the requests does not give them back. Try again.');
  lines.end();
  return asked.all();
}

/** Until its job has asked after it. */
const toldAs = (vendorId: string, context: Planned, candidate: Candidate): StoredObject =>
  objectOf(context, candidate, {
    kind: 'batch',
    vendorId,
    told: {
      id: vendorId,
      object: 'batch',
      status: 'validating',
      created_at: Math.floor(context.at / 1000),
      ...(isObject(context.body.json) ? context.body.json : {}),
    },
    requests: undefined,
  });

function inspectBatch(json: Json): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  for (const name of ['input_file_id', 'endpoint', 'completion_window'] as const)
    if ((textAt(json, name) ?? '') === '') return { invalid: `"${name}" must be a non-empty string.`, param: name };
  if (!batchUrls.has(textAt(json, 'endpoint') ?? ''))
    return { invalid: `"endpoint" must be one of ${[...batchUrls].join(', ')}.`, param: 'endpoint' };
  if (at(json, 'metadata') !== undefined && at(json, 'metadata') !== null && !isObject(at(json, 'metadata')))
    return { invalid: '"metadata" must be an object.', param: 'metadata' };
  return summaryOf('', json);
}

/** https://platform.openai.com/docs/api-reference/batch */
export const batchesEndpoints: readonly Endpoint[] = [
  defineEndpoint(create),
  ownAnswer(
    {
      id: 'batches-list',
      title: 'OpenAI Batches, those of one’s own',
      routes: [{ method: 'GET', path: '/v1/batches' }],
      operation,
    },
    (deps, context) => listOwn(deps, context, 'batch', { usual: 20, most: 100 }),
  ),
  ownAnswer(
    {
      id: 'batches-read',
      title: 'OpenAI Batches, how far one is',
      routes: [{ method: 'GET', path: '/v1/batches/{id}' }],
      operation,
    },
    async (deps, context) => (await namedObject(deps, context, 'batch')).told,
  ),
  ownAnswer(
    {
      id: 'batches-cancel',
      title: 'OpenAI Batches, cancelling one',
      routes: [{ method: 'POST', path: '/v1/batches/{id}/cancel' }],
      operation,
    },
    async (deps, context) => (await cancelBatch(deps, await namedObject(deps, context, 'batch'))).told,
  ),
];

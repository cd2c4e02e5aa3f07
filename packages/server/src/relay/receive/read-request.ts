import { dropDuplicateKeys } from '@tollgate/wire/json/duplicates';
import { readJson } from '@tollgate/wire/json/read';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import { advance, holdBytes, type Identified, type Inspected, type RequestBody } from '../request-context.ts';
import { readBody } from './read-body.ts';

/** Reads the body as its endpoint wants it, and inspects it: parsed once, validated, and kept as bytes for every attempt. */
export async function readRequest(deps: RelayDeps, endpoint: Endpoint, context: Identified): Promise<Inspected> {
  const body = endpoint.body === 'none' ? noBody : await readJsonBody(deps, context);
  const summary = endpoint.inspect(body.json, context.snapshot.settings.relay, context.call.target);
  if ('invalid' in summary) throw new Refusal('invalid_request', summary.invalid, { param: summary.param });
  return advance(context, { body, summary });
}

const noBody: RequestBody = { bytes: new Uint8Array(), json: null };

async function readJsonBody(deps: RelayDeps, context: Identified): Promise<RequestBody> {
  const { relay, overload } = context.snapshot.settings;
  const { deadlines, load } = deps;
  const bytes = await readBody(context.call.request, relay.maxBodyBytes, {
    deadlines,
    now: deps.clock.elapsed,
    load,
    maxBufferedBytes: overload.maxBufferedBytes,
  });
  const read = readJson(bytes);
  if ('failure' in read) throw new Refusal('invalid_json', read.message);
  // Of a key that stands twice, we see the last and another parser might see the first: a model could be smuggled by.
  const body = { bytes: read.duplicateKeys ? dropDuplicateKeys(bytes) : bytes, json: read.json };
  holdBytes(deps, context, body.bytes.byteLength);
  return body;
}

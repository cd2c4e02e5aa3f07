import type { JsonObject } from '@tollgate/wire/protocol';
import { dropDuplicateKeys } from '@tollgate/wire/json/duplicates';
import { readJson } from '@tollgate/wire/json/read';
import type { RequestSummary } from '@tollgate/wire/protocol';
import type { RequestContext } from '../request-context.ts';
import { readBody } from './read-body.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../deps.ts';

/** Body in, summary out: parsed once, validated, and kept as bytes for every attempt. */
export async function readRequest(deps: RelayDeps, context: RequestContext): Promise<RequestSummary> {
  const { relay, overload } = context.snapshot.settings;
  const { deadlines, load } = deps;
  const body = await readBody(context.call.request, relay.maxBodyBytes, {
    deadlines,
    now: deps.clock.elapsed,
    load,
    maxBufferedBytes: overload.maxBufferedBytes,
  });
  const read = readJson(body);
  if ('failure' in read) throw new Refusal('invalid_json', read.message);
  // Of a key that stands twice, we see the last and another parser might see the first: a model could be smuggled by.
  context.bytes = read.duplicateKeys ? dropDuplicateKeys(body) : body;
  deps.load.bufferedBytes += context.bytes.byteLength;
  const { protocol, operation, path } = context.call;
  const summary = protocol.inspect(operation, read.json, relay, path);
  if ('invalid' in summary) throw new Refusal('invalid_request', summary.invalid, { param: summary.param });
  context.json = read.json as JsonObject;
  return summary;
}

import { factsOf } from '../../ir/watch.ts';
import type { Json, JsonObject, ResponseFacts } from '../../protocol.ts';
import { storedIdsOf } from './item-references.ts';
import { readResponse } from './response-read.ts';
import type { UsageReader } from './usage.ts';

/** What a whole response says. Never throws, on any JSON. */
export function readResponsesFacts(json: unknown, readUsage?: UsageReader): ResponseFacts {
  const response = readResponse(json as Json, { requestId: '', readUsage });
  if (!('failure' in response)) return { ...factsOf(response), storedIds: storedIdsOf(json as JsonObject) };
  return { usage: undefined, meaningful: false, error: response.failure, outputEstimate: 0 };
}

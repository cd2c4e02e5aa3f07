import type { CountTokens } from '../../ir/output-meter.ts';
import { factsOf } from '../../ir/watch.ts';
import { textAt } from '../../json/fields.ts';
import type { Json, JsonObject, ResponseFacts } from '../../protocol.ts';
import { storedIdsOf } from './item-references.ts';
import { responseResourceIdsOf } from './resources.ts';
import { readResponse } from './response-read.ts';
import type { UsageReader } from './usage.ts';

/** What a whole response says. Never throws, on any JSON. */
export function readResponsesFacts(json: unknown, readUsage?: UsageReader, countTokens?: CountTokens): ResponseFacts {
  const response = readResponse(json as Json, { requestId: '', readUsage });
  if (!('failure' in response)) {
    const status = textAt(json as JsonObject, 'status');
    const working = status === 'queued' || status === 'in_progress';
    const whole = json as JsonObject;
    return {
      ...factsOf(response, countTokens),
      storedIds: storedIdsOf(whole),
      resourceIds: responseResourceIdsOf(whole),
      working,
    };
  }
  return { usage: undefined, meaningful: false, error: response.failure, outputEstimate: 0 };
}

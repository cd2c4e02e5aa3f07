import type { CountTokens } from '../../ir/output-meter.ts';
import { factsOf } from '../../ir/watch.ts';
import type { Json, JsonObject, ResponseFacts } from '../../protocol.ts';
import type { UsageReader } from '../openai-chat/response.ts';
import { messageResourceIdsOf } from './resources.ts';
import { readMessage } from './response-read.ts';

/** What a whole message says. Never throws, on any JSON. */
export function readMessageFacts(json: unknown, readUsage?: UsageReader, countTokens?: CountTokens): ResponseFacts {
  const answer = readMessage(json as Json, { requestId: '', readUsage });
  if (!('failure' in answer))
    return { ...factsOf(answer, countTokens), resourceIds: messageResourceIdsOf(json as JsonObject) };
  return { usage: undefined, meaningful: false, error: answer.failure, outputEstimate: 0 };
}

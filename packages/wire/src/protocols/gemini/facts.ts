import type { CountTokens } from '../../ir/output-meter.ts';
import { factsOf } from '../../ir/watch.ts';
import type { Json, ResponseFacts } from '../../protocol.ts';
import type { UsageReader } from '../openai-chat/response.ts';
import { readGeminiResponse } from './response-read.ts';

/**
 * What a whole answer says. Never throws, on any JSON. A blocked prompt is a failure unless `keepBlocks`, for clients of
 * the same protocol, who know how to read it.
 */
export function readGeminiFacts(
  json: unknown,
  readUsage?: UsageReader,
  countTokens?: CountTokens,
  keepBlocks = false,
): ResponseFacts {
  const answer = readGeminiResponse(json as Json, { requestId: '', readUsage, keepBlocks, factsOnly: true });
  if (!('failure' in answer)) return factsOf(answer, countTokens);
  return { usage: undefined, meaningful: false, error: answer.failure, outputEstimate: 0 };
}

import type { CountTokens } from '../../ir/output-meter.ts';
import { factsOf } from '../../ir/watch.ts';
import { textAt } from '../../json/fields.ts';
import type { Json, JsonObject, ResponseFacts } from '../../protocol.ts';
import type { UsageReader } from '../openai-chat/response.ts';
import { readInteractionsResponse } from './response-read.ts';
import { isWorking } from './status.ts';

/** What a whole interaction says. Never throws, on any JSON. */
export function readInteractionsFacts(
  json: unknown,
  readUsage?: UsageReader,
  countTokens?: CountTokens,
): ResponseFacts {
  const answer = readInteractionsResponse(json as Json, { requestId: '', readUsage, factsOnly: true });
  if ('failure' in answer) return { usage: undefined, meaningful: false, error: answer.failure, outputEstimate: 0 };
  const interaction = json as JsonObject;
  const { id, environment } = namesIn(interaction);
  return { ...factsOf(answer, countTokens), ...storedAs(id, environment), working: isWorking(interaction) };
}

const namesIn = (interaction: JsonObject) => ({
  id: textAt(interaction, 'id'),
  environment: textAt(interaction, 'environment_id'),
});

/** By which ids a later request may come back to an interaction, and to the environment that it made. */
export const storedAs = (
  id: string | undefined,
  environment: string | undefined,
): Pick<ResponseFacts, 'storedIds' | 'resourceIds'> => ({
  storedIds: id === undefined || id === '' ? undefined : [id],
  resourceIds: environment === undefined ? undefined : [environment],
});

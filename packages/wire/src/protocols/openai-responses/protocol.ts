import type { JsonObject } from '../../protocol.ts';
import { withModel } from '../openai-chat/edits.ts';
import { offersFreeText } from '../openai-chat/free-text.ts';
import { readChatError, writeChatError } from '../openai-chat/errors.ts';
import { withoutForeignSignatures } from './edits.ts';
import { writeResponsesStreamError } from './errors.ts';
import { readResponsesFacts } from './facts.ts';
import { inspectResponses } from './inspect.ts';
import { probeResponses } from './probe.ts';
import { withResponsesReasoning } from './with-reasoning.ts';

/** OpenAI's Responses, as the passthrough needs it. https://platform.openai.com/docs/api-reference/responses */
export const openaiResponses = {
  id: 'openai-responses',
  keeps: { previous: 'previous_response_id', kind: 'Response' },
  inspect: inspectResponses,
  withModel,
  /** What it must not be given is taken out as it passes, so that the rest keeps its bytes and what it refers to. */
  hasForeignReasoning: (): boolean => false,
  offersFreeText,
  /** Usage comes unasked. */
  withStreamUsage: (json: JsonObject): JsonObject => json,
  withoutForeignSignatures,
  withReasoning: withResponsesReasoning,
  probe: probeResponses,
  readResponse: readResponsesFacts,
  readError: readChatError,
  writeError: writeChatError,
  writeStreamError: writeResponsesStreamError,
  /** A stream ends with `response.completed`, which cannot be made up. */
  streamEnd: undefined,
} as const;

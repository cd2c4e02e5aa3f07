import { encodeText } from '../../text.ts';
import { withModel, withStreamUsage } from './edits.ts';
import { readChatError, writeChatError, writeChatStreamError } from './errors.ts';
import { offersFreeText } from './free-text.ts';
import { inspectChat } from './inspect.ts';
import { hasForeignReasoning } from './foreign-reasoning.ts';
import { probeChat } from './probe.ts';
import { readChatResponse } from './response.ts';
import { withChatReasoning } from './with-reasoning.ts';

/**
 * OpenAI's Chat Completions, with the legacy completions that ride on it, as the passthrough needs it.
 * https://platform.openai.com/docs/api-reference/chat
 */
export const openaiChat = {
  id: 'openai-chat',
  inspect: inspectChat,
  withModel,
  hasForeignReasoning,
  offersFreeText,
  withStreamUsage,
  /** Chat has none. */
  withoutForeignSignatures: <T>(json: T): T => json,
  withReasoning: withChatReasoning,
  probe: probeChat,
  readResponse: readChatResponse,
  readError: readChatError,
  writeError: writeChatError,
  writeStreamError: writeChatStreamError,
  /** What ends a stream well; some upstreams forget it. */
  streamEnd: encodeText('data: [DONE]\n\n'),
} as const;

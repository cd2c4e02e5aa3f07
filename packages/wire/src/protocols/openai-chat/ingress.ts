import type { Ingress } from '../../ir/codec.ts';
import { writeChatError, writeChatStreamError } from './errors.ts';
import { readChatRequest } from './request-read.ts';
import { writeCompletion } from './response-write.ts';
import { writeChunks } from './stream-write.ts';

/** How clients of Chat Completions are understood and answered, those of legacy completions among them. */
export const chatIngress: Ingress = {
  protocol: 'openai-chat',
  readRequest: readChatRequest,
  writeResponse: writeCompletion,
  writeEvents: writeChunks,
  writeError: writeChatError,
  writeStreamError: writeChatStreamError,
};

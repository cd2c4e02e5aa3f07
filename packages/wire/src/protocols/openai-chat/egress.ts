import { fittedEgress } from '../../ir/fitted-egress.ts';
import { readChatError } from './errors.ts';
import { writeChatRequest } from './request-write.ts';
import { readCompletion } from './response-read.ts';
import { readChunks } from './stream-read.ts';
import { chatToolRules } from './tool-rules.ts';

/** How upstreams that speak Chat Completions are asked and understood. */
export const chatEgress = fittedEgress(
  {
    protocol: 'openai-chat',
    writeRequest: writeChatRequest,
    readResponse: readCompletion,
    readEvents: readChunks,
    readError: readChatError,
    needsBytes: (part) => part.type === 'document' || part.type === 'audio',
  },
  chatToolRules,
);

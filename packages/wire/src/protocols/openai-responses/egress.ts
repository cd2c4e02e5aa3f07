import type { Egress } from '../../ir/codec.ts';
import { readChatError } from '../openai-chat/errors.ts';
import { writeResponsesRequest } from './request-write.ts';
import { readResponse } from './response-read.ts';
import { readResponseEvents } from './stream-read.ts';

/** How upstreams that speak OpenAI Responses are asked and understood. OpenAI refuses alike over all its protocols. */
export const responsesEgress: Egress = {
  protocol: 'openai-responses',
  writeRequest: writeResponsesRequest,
  readResponse,
  readEvents: readResponseEvents,
  readError: readChatError,
  needsBytes: (part) => part.type === 'audio',
};

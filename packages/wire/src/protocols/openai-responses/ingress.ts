import type { Ingress } from '../../ir/codec.ts';
import { writeChatError } from '../openai-chat/errors.ts';
import { writeResponsesStreamError } from './errors.ts';
import { readResponsesRequest } from './request-read.ts';
import { writeResponse } from './response-write.ts';
import { writeResponseEvents } from './stream-write.ts';

/** How clients of OpenAI Responses are understood and answered. https://platform.openai.com/docs/api-reference/responses */
export const responsesIngress: Ingress = {
  protocol: 'openai-responses',
  readRequest: readResponsesRequest,
  writeResponse,
  writeEvents: writeResponseEvents,
  writeError: writeChatError,
  writeStreamError: writeResponsesStreamError,
};

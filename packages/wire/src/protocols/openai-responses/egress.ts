import { fittedEgress } from '../../ir/fitted-egress.ts';
import { plainWords } from '../../ir/tool-rules.ts';
import { takesFreeText } from '../../models/free-text.ts';
import { readChatError } from '../openai-chat/errors.ts';
import { writeResponsesRequest } from './request-write.ts';
import { readResponse } from './response-read.ts';
import { readResponseEvents } from './stream-read.ts';

/** How upstreams that speak OpenAI Responses are asked and understood. OpenAI refuses alike over all its protocols. */
export const responsesEgress = fittedEgress(
  {
    protocol: 'openai-responses',
    writeRequest: writeResponsesRequest,
    readResponse,
    readEvents: readResponseEvents,
    readError: readChatError,
    needsBytes: (part) => part.type === 'audio',
  },
  (model) => ({
    names: plainWords(64),
    callIds: { max: 64 },
    results: 'anywhere',
    freeText: takesFreeText(model) ?? false,
  }),
);

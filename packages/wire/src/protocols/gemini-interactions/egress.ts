import { fittedEgress } from '../../ir/fitted-egress.ts';
import type { ToolRules } from '../../ir/tool-rules.ts';
import { readGeminiError } from '../gemini/errors.ts';
import { needsBytes } from '../gemini/media-write.ts';
import { writeInteractionsRequest } from './request-write.ts';
import { readInteractionsResponse } from './response-read.ts';
import { readInteractionsEvents } from './stream-read.ts';

/** Functions are named as in Google's other protocol; a result names its call. */
const toolRules: ToolRules = {
  names: { illegal: /[^a-zA-Z0-9_.:-]/, first: /[a-zA-Z_]/, max: 128 },
  callIds: {},
  results: 'behind-turn',
  freeText: false,
};

/** How upstreams that speak Google's Interactions are asked and understood. */
export const interactionsEgress = fittedEgress(
  {
    protocol: 'gemini-interactions',
    writeRequest: writeInteractionsRequest,
    readResponse: readInteractionsResponse,
    readEvents: readInteractionsEvents,
    readError: readGeminiError,
    needsBytes,
  },
  () => toolRules,
);

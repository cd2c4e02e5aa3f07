import { fittedEgress } from '../../ir/fitted-egress.ts';
import type { ToolRules } from '../../ir/tool-rules.ts';
import { readGeminiError } from './errors.ts';
import { needsBytes } from './media-write.ts';
import { writeGeminiRequest } from './request-write.ts';
import { readGeminiResponse } from './response-read.ts';
import { readGeminiEvents } from './stream-read.ts';

/** https://ai.google.dev/api/caching#FunctionDeclaration; results without ids are told apart by their order. */
const toolRules: ToolRules = {
  names: { illegal: /[^a-zA-Z0-9_.:-]/, first: /[a-zA-Z_]/, max: 128 },
  callIds: {},
  results: 'in-order',
  freeText: false,
};

/** How upstreams that speak Gemini are asked and understood. A stream is to be asked with `alt=sse`. */
export const geminiEgress = fittedEgress(
  {
    protocol: 'gemini',
    writeRequest: writeGeminiRequest,
    readResponse: readGeminiResponse,
    readEvents: readGeminiEvents,
    readError: readGeminiError,
    needsBytes,
  },
  () => toolRules,
);

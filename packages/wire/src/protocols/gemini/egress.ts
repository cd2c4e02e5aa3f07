import type { Egress } from '../../ir/codec.ts';
import { readGeminiError } from './errors.ts';
import { needsBytes } from './media-write.ts';
import { writeGeminiRequest } from './request-write.ts';
import { readGeminiResponse } from './response-read.ts';
import { readGeminiEvents } from './stream-read.ts';

/** How upstreams that speak Gemini are asked and understood. A stream is to be asked with `alt=sse`. */
export const geminiEgress: Egress = {
  protocol: 'gemini',
  writeRequest: writeGeminiRequest,
  readResponse: readGeminiResponse,
  readEvents: readGeminiEvents,
  readError: readGeminiError,
  needsBytes,
};

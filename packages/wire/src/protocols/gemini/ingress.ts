import type { Ingress } from '../../ir/codec.ts';
import { writeGeminiError, writeGeminiStreamError } from './errors.ts';
import { readGeminiRequest } from './request-read.ts';
import { writeGeminiResponse } from './response-write.ts';
import { writeGeminiEvents } from './stream-write.ts';

/** How Gemini's clients are understood and answered. https://ai.google.dev/api/generate-content */
export const geminiIngress: Ingress = {
  protocol: 'gemini',
  readRequest: readGeminiRequest,
  writeResponse: writeGeminiResponse,
  writeEvents: writeGeminiEvents,
  writeError: writeGeminiError,
  writeStreamError: writeGeminiStreamError,
};

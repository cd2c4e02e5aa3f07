import { withGeminiModel } from './counting.ts';
import { readGeminiError, writeGeminiError, writeGeminiStreamError } from './errors.ts';
import { readGeminiFacts } from './facts.ts';
import { withoutForeignSignatures } from './edits.ts';
import { inspectGemini } from './inspect.ts';
import { hasForeignReasoning } from './foreign-reasoning.ts';
import { probeGemini } from './probe.ts';
import { withGeminiReasoning } from './with-reasoning.ts';

/** Google's Gemini, as the passthrough needs it. https://ai.google.dev/api/generate-content */
export const gemini = {
  id: 'gemini',
  inspect: inspectGemini,
  hasForeignReasoning,
  withModel: withGeminiModel,
  /** An answer always reports its usage. */
  withStreamUsage: <T>(json: T): T => json,
  withoutForeignSignatures,
  withReasoning: withGeminiReasoning,
  probe: probeGemini,
  readResponse: readGeminiFacts,
  readError: readGeminiError,
  writeError: writeGeminiError,
  writeStreamError: writeGeminiStreamError,
  /** Nothing ends a stream but its end. */
  streamEnd: undefined,
} as const;

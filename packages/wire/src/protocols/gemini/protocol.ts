import { encodeText } from '../../text.ts';
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
  /**
   * A blank line more. Google's SDKs take a comment for a broken chunk (genai for Python, Go); an event of no lines, which every
   * reader of events passes over, they pass over too.
   */
  silence: encodeText('\n\n'),
  /** Nothing ends a stream but its end. */
  streamEnd: undefined,
} as const;

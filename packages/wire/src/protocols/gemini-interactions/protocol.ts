import { encodeText } from '../../text.ts';
import { readGeminiError } from '../gemini/errors.ts';
import { withInteractionsModel, withoutForeignSignatures } from './edits.ts';
import { writeInteractionsError, writeInteractionsStreamError } from './errors.ts';
import { readInteractionsFacts } from './facts.ts';
import { inspectInteractions } from './inspect.ts';
import { probeInteractions } from './probe.ts';
import { streamEnd } from './stream-write.ts';
import { withInteractionsReasoning } from './with-reasoning.ts';

/** Google's Interactions, as the passthrough needs it. https://ai.google.dev/api/interactions-api */
export const geminiInteractions = {
  id: 'gemini-interactions',
  keeps: { previous: 'previous_interaction_id', kind: 'Interaction' },
  inspect: inspectInteractions,
  withModel: withInteractionsModel,
  /** What it must not be given is taken out as it passes, so that the rest keeps its bytes and what it refers to. */
  hasForeignReasoning: (): boolean => false,
  /** Usage comes unasked. */
  withStreamUsage: <T>(json: T): T => json,
  withoutForeignSignatures,
  withReasoning: withInteractionsReasoning,
  probe: probeInteractions,
  readResponse: readInteractionsFacts,
  readError: readGeminiError,
  writeError: writeInteractionsError,
  writeStreamError: writeInteractionsStreamError,
  /** A blank line more, as for Google's other clients; see there. */
  silence: encodeText('\n\n'),
  streamEnd: encodeText(streamEnd),
} as const;

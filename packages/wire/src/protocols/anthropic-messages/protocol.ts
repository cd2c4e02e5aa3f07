import { encodeText } from '../../text.ts';
import { withModel } from '../openai-chat/edits.ts';
import { withoutForeignSignatures } from './edits.ts';
import { readMessagesError, writeMessagesError, writeMessagesStreamError } from './errors.ts';
import { readMessageFacts } from './facts.ts';
import { inspectMessages } from './inspect.ts';
import { hasForeignReasoning } from './foreign-reasoning.ts';
import { probeMessages } from './probe.ts';
import { withMessagesReasoning } from './with-reasoning.ts';

/** Anthropic's Messages, as the passthrough needs it. https://platform.claude.com/docs/en/api/messages */
export const anthropicMessages = {
  id: 'anthropic-messages',
  /** Its SDKs look for it there: https://docs.claude.com/en/api/errors#request-id */
  idHeader: 'request-id',
  inspect: inspectMessages,
  withModel,
  hasForeignReasoning,
  /** A streamed message always reports its usage. */
  withStreamUsage: <T>(json: T): T => json,
  withoutForeignSignatures,
  withReasoning: withMessagesReasoning,
  probe: probeMessages,
  readResponse: readMessageFacts,
  readError: readMessagesError,
  writeError: writeMessagesError,
  writeStreamError: writeMessagesStreamError,
  /** What ends a stream well; some upstreams forget it. */
  streamEnd: encodeText('event: message_stop\ndata: {"type":"message_stop"}\n\n'),
} as const;

import type { Ingress } from '../../ir/codec.ts';
import { plainWords } from '../../ir/tool-rules.ts';
import { writeMessagesError, writeMessagesStreamError } from './errors.ts';
import { readMessagesRequest } from './request-read.ts';
import { writeMessage } from './response-write.ts';
import { writeMessageEvents } from './stream-write.ts';
import { versionHeader } from './versions.ts';

/** How Anthropic's clients are understood and answered. https://platform.claude.com/docs/en/api/messages */
export const anthropicIngress: Ingress = {
  protocol: 'anthropic-messages',
  callIds: plainWords(),
  versionHeader,
  readRequest: readMessagesRequest,
  writeResponse: writeMessage,
  writeEvents: writeMessageEvents,
  writeError: writeMessagesError,
  writeStreamError: writeMessagesStreamError,
};

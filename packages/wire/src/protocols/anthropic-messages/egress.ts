import type { Egress } from '../../ir/codec.ts';
import { readMessagesError } from './errors.ts';
import { writeMessagesRequest } from './request-write.ts';
import { readMessage } from './response-read.ts';
import { messagesTiersFor } from './served-as.ts';
import { readMessageEvents } from './stream-read.ts';

/** How upstreams that speak Anthropic Messages are asked and understood. */
export const anthropicEgress: Egress = {
  protocol: 'anthropic-messages',
  writeRequest: writeMessagesRequest,
  readResponse: readMessage,
  readEvents: readMessageEvents,
  readError: readMessagesError,
  tiersFor: messagesTiersFor,
};

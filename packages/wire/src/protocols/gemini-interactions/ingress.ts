import type { Ingress } from '../../ir/codec.ts';
import { writeInteractionsError, writeInteractionsStreamError } from './errors.ts';
import { readInteractionsRequest } from './request-read.ts';
import { writeInteractionsResponse } from './response-write.ts';
import { writeInteractionsEvents } from './stream-write.ts';

/** How clients of Google's Interactions are understood and answered. https://ai.google.dev/api/interactions-api */
export const interactionsIngress: Ingress = {
  protocol: 'gemini-interactions',
  readRequest: readInteractionsRequest,
  writeResponse: writeInteractionsResponse,
  writeEvents: writeInteractionsEvents,
  writeError: writeInteractionsError,
  writeStreamError: writeInteractionsStreamError,
};

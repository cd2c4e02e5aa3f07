import type { Egress } from '../../ir/codec.ts';
import { readConverseError } from './errors.ts';
import { readEventStream } from './event-stream.ts';
import { needsBytes } from './media-write.ts';
import { writeConverseRequest } from './request-write.ts';
import { readConverseResponse } from './response-read.ts';
import { readConverseEvents } from './stream-read.ts';

/** How Amazon Bedrock's Converse and ConverseStream are asked and understood. */
export const bedrockEgress: Egress = {
  protocol: 'bedrock-converse',
  writeRequest: writeConverseRequest,
  readResponse: readConverseResponse,
  readEvents: readConverseEvents,
  readError: readConverseError,
  streamType: 'application/vnd.amazon.eventstream',
  openFrames: () => readEventStream(),
  needsBytes,
};

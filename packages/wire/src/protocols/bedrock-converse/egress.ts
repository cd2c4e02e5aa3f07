import { fittedEgress } from '../../ir/fitted-egress.ts';
import { plainWords, type ToolRules } from '../../ir/tool-rules.ts';
import { readConverseError } from './errors.ts';
import { readEventStream } from './event-stream.ts';
import { needsBytes } from './media-write.ts';
import { writeConverseRequest } from './request-write.ts';
import { readConverseResponse } from './response-read.ts';
import { readConverseEvents } from './stream-read.ts';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html, and of ids API_runtime_ToolUseBlock */
const toolRules: ToolRules = {
  names: plainWords(64),
  callIds: plainWords(64),
  results: 'behind-turn',
  freeText: false,
};

/** How Amazon Bedrock's Converse and ConverseStream are asked and understood. */
export const bedrockEgress = fittedEgress(
  {
    protocol: 'bedrock-converse',
    writeRequest: writeConverseRequest,
    readResponse: readConverseResponse,
    readEvents: readConverseEvents,
    readError: readConverseError,
    streamType: 'application/vnd.amazon.eventstream',
    openFrames: () => readEventStream(),
    needsBytes,
  },
  () => toolRules,
);

import { fittedEgress } from '../../ir/fitted-egress.ts';
import { plainWords, type ToolRules } from '../../ir/tool-rules.ts';
import { readMessagesError } from './errors.ts';
import { writeMessagesRequest } from './request-write.ts';
import { readMessage } from './response-read.ts';
import { messagesTiersFor } from './served-as.ts';
import { readMessageEvents } from './stream-read.ts';

/** https://platform.claude.com/docs/en/api/messages: `Tool.name`, `ToolUseBlockParam.id` */
const toolRules: ToolRules = {
  names: plainWords(128),
  callIds: plainWords(),
  results: 'behind-turn',
  freeText: false,
};

/** How upstreams that speak Anthropic Messages are asked and understood. */
export const anthropicEgress = fittedEgress(
  {
    protocol: 'anthropic-messages',
    writeRequest: writeMessagesRequest,
    readResponse: readMessage,
    readEvents: readMessageEvents,
    readError: readMessagesError,
    tiersFor: messagesTiersFor,
  },
  () => toolRules,
);

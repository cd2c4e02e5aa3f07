import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import type { LiveStart } from '@tollgate/wire/protocols/openai-live/session';
import type { StepEstimate } from '../../relay/socket-exchange.ts';

/** How much of a session is paid for before it is used; what was used is charged as often. */
export const secondsAhead = 60;

/** What is delegated is taken for no more, where nothing says so. */
const usualOutput = 4096;

/** What may come next: a while of the session, and an answer of the model that it delegates to, if it does. */
export const stepOf = ({ session, delegates, maxOutputTokens = usualOutput }: LiveStart): StepEstimate => ({
  inputEstimate: delegates.length === 0 ? 0 : estimateInput(session),
  maxOutputTokens: delegates.length === 0 ? 0 : maxOutputTokens,
  counted: { seconds: secondsAhead },
});

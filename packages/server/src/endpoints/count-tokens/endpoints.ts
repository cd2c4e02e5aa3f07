import { likelyInput } from '../../domain/likely-usage.ts';
import type { EndpointFacts, EndpointRoute } from '../../relay/call.ts';
import { answerHeaders } from '../../relay/answer/headers.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import { geminiRoutes, textEndpoint } from '../chat/endpoints.ts';
import { countingOf, passthroughOf } from '../chat/protocols.ts';
import type { ChatState } from '../chat/state.ts';
import { countExchange } from './exchange.ts';

/**
 * How many tokens a request would be, for nothing. The provider is asked where it counts; where none does, or none
 * answers, the gateway estimates, and says so in `x-tollgate-estimated`.
 */
function countingEndpoint(
  id: string,
  title: string,
  protocol: EndpointFacts['protocol'],
  routes: readonly EndpointRoute[],
): Endpoint<ChatState> {
  const text = textEndpoint({
    id,
    title,
    routes,
    protocol: passthroughOf(protocol),
    operation: 'count-tokens',
    translatedTo: 'count-tokens',
  });
  return {
    ...text,
    answers: ['json'],
    charged: false,
    exchange: (deps, context, state, candidate) => countExchange(deps, text, context, state, candidate),
    fallback(context) {
      const headers = { ...answerHeaders(context, 'application/json'), 'x-tollgate-estimated': 'true' };
      const tokens = likelyInput(context.summary.inputEstimate);
      return Response.json(countingOf(protocol).writeCount(tokens), { headers });
    },
  };
}

export const countTokensEndpoints: readonly Endpoint[] = [
  countingEndpoint('responses-input-tokens', 'OpenAI Responses, counting tokens', 'openai-responses', [
    { method: 'POST', path: '/v1/responses/input_tokens' },
  ]),
  countingEndpoint('messages-count-tokens', 'Anthropic Messages, counting tokens', 'anthropic-messages', [
    { method: 'POST', path: '/v1/messages/count_tokens' },
  ]),
  countingEndpoint('gemini-count-tokens', 'Gemini countTokens', 'gemini', geminiRoutes({ countTokens: false })),
].map(defineEndpoint);

import { shorten } from '@tollgate/wire/text';
import { tiersFor } from '@tollgate/wire/ir/served-as';
import { takesFreeText } from '@tollgate/wire/models/free-text';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import type { Operation } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import type { CallTarget, EndpointFacts, EndpointRoute } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Inspected } from '../../relay/request-context.ts';
import { googleForOpenai } from '../speaker.ts';
import { chatExchange } from './exchange.ts';
import { canTranslate, egressOf, passthroughOf, type ClientProtocol } from './protocols.ts';
import { resolveReferences } from './references.ts';
import { jsonOf, openChatState, type ChatState } from './state.ts';

type TextEndpointSpec = Pick<EndpointFacts, 'id' | 'title' | 'operation'> & {
  readonly protocol: ClientProtocol;
  readonly routes: readonly EndpointRoute[];
  /** What other protocols' dialects are asked for; absent: only its own serves it. */
  readonly translatedTo?: Operation;
  /** Default: whole, or streamed. */
  readonly answers?: EndpointFacts['answers'];
  readonly framing?: NonNullable<Endpoint['framing']>;
};

/** The members that all text endpoints share: a conversation in, an answer out, whole or streamed. */
export function textEndpoint(spec: TextEndpointSpec): Endpoint<ChatState> {
  const { protocol, translatedTo, operation, answers = ['json', 'sse'], ...rest } = spec;
  const { id: protocolId, idHeader } = protocol;
  const translation = translatedTo && {
    operation: translatedTo,
    to: (other: EndpointFacts['protocol']) => canTranslate(protocolId, other),
    isNeeded(context: Inspected, _state: ChatState, model: ModelTraits) {
      if (operation !== 'chat') return false;
      const json = jsonOf(context);
      if (takesFreeText(model) === false && protocol.offersFreeText?.(json)) return true;
      // What is taken out as it passes is no reason to translate.
      const passed = protocol.withoutForeignSignatures(json, model);
      return protocol.hasForeignReasoning(passed, model);
    },
  };
  const endpoint: Endpoint<ChatState> = {
    ...rest,
    operation,
    protocol: protocolId,
    errors: protocol,
    ...(idHeader !== undefined && { idHeader }),
    body: 'json',
    answers,
    charged: true,
    ...(translation && { translation }),
    inspect: (json, limits, target) => protocol.inspect(operation, json, limits, pathOf(target)),
    begin(deps, context) {
      const state = openChatState();
      if (!context.summary.references) return state;
      return resolveReferences(deps, endpoint, context, state).then(() => state);
    },
    tiersFor: (upstream, tier) => (egressOf(upstream).tiersFor ?? tiersFor)(tier),
    binding: ({ summary }, { account, leansOnAnswer }) =>
      account || summary.background
        ? {
            account,
            namesOnly: !leansOnAnswer && !summary.background,
            refusal: (model) => storedElsewhere(protocol, model),
          }
        : undefined,
    exchange: (deps, context, state, candidate) => chatExchange(deps, endpoint, context, state, candidate),
  };
  return endpoint;
}

/** The model and whether to stream, for protocols that have them in the path (Gemini). */
const pathOf = ({ params, stream }: CallTarget): { model?: string; stream?: boolean } => ({
  ...(params['model'] !== undefined && { model: params['model'] }),
  ...(stream !== undefined && { stream }),
});

const storedElsewhere = ({ keeps }: ClientProtocol, model: string): Refusal =>
  new Refusal(
    'previous_response_not_found',
    `The provider account that keeps what this request names does not serve "${shorten(model)}" (any more). Send the whole conversation as "input".`,
    { param: keeps?.previous ?? null },
  );

const openaiChat = passthroughOf('openai-chat');
const openaiResponses = passthroughOf('openai-responses');
const anthropicMessages = passthroughOf('anthropic-messages');
const gemini = passthroughOf('gemini');
const geminiInteractions = passthroughOf('gemini-interactions');

/** The versions of Google's API that its clients name in their paths. */
export const googleVersions = ['/v1beta', '/v1'] as const;

/** Conversations, in every protocol that clients speak. */
export const chatEndpoints: readonly Endpoint[] = [
  textEndpoint({
    id: 'chat',
    title: 'OpenAI Chat Completions',
    routes: ['/v1', googleForOpenai].map((base) => ({ method: 'POST', path: `${base}/chat/completions` })),
    protocol: openaiChat,
    operation: 'chat',
    translatedTo: 'chat',
  }),
  textEndpoint({
    id: 'completions',
    title: 'OpenAI Completions (legacy)',
    routes: [{ method: 'POST', path: '/v1/completions' }],
    protocol: openaiChat,
    operation: 'completions',
    translatedTo: 'chat',
  }),
  textEndpoint({
    id: 'responses',
    title: 'OpenAI Responses',
    routes: [{ method: 'POST', path: '/v1/responses' }],
    answers: ['json', 'sse', 'task'],
    protocol: openaiResponses,
    operation: 'chat',
    translatedTo: 'chat',
  }),
  textEndpoint({
    id: 'responses-compact',
    title: 'OpenAI Responses, shortening a conversation',
    routes: [{ method: 'POST', path: '/v1/responses/compact' }],
    protocol: openaiResponses,
    operation: 'compact',
    answers: ['json'],
  }),
  textEndpoint({
    id: 'messages',
    title: 'Anthropic Messages',
    routes: [{ method: 'POST', path: '/v1/messages' }],
    protocol: anthropicMessages,
    operation: 'chat',
    translatedTo: 'chat',
  }),
  textEndpoint({
    id: 'generate-content',
    title: 'Gemini generateContent',
    routes: geminiRoutes({ generateContent: false, streamGenerateContent: true }),
    protocol: gemini,
    operation: 'chat',
    translatedTo: 'chat',
    framing: (query, stream) => (stream && query.get('alt') !== 'sse' ? 'json-array' : 'sse'),
  }),
  textEndpoint({
    id: 'interactions',
    title: 'Gemini Interactions',
    routes: googleVersions.map((version) => ({ method: 'POST', path: `${version}/interactions` })),
    answers: ['json', 'sse', 'task'],
    protocol: geminiInteractions,
    operation: 'chat',
    translatedTo: 'chat',
  }),
].map(defineEndpoint);

/** Gemini's methods under both versions of its API that clients use; the model's name may hold slashes. */
export function geminiRoutes(methods: Readonly<Record<string, boolean>>): readonly EndpointRoute[] {
  return googleVersions.flatMap((version) =>
    Object.entries(methods).map(([name, stream]) => ({
      method: 'POST' as const,
      path: `${version}/models/{model+}:${name}`,
      stream,
    })),
  );
}

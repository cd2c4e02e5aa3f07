import { objectAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { passthroughOf } from '../chat/protocols.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import { socketRequest } from '../../relay/socket/socket-request.ts';
import type { SocketSide } from '../../relay/socket-exchange.ts';
import type { ClientSecret } from '../../services/client-secrets.ts';
import { firstStep, openRealtimeProbe } from './probe.ts';

const errors = passthroughOf('openai-chat');

/** Azure's clients put `/openai` before it, and older ones name a deployment. */
const paths = ['/v1/realtime', '/openai/v1/realtime', '/openai/realtime'] as const;

const facts = {
  protocol: 'openai-chat',
  errors,
  body: 'none',
  answers: ['websocket'],
  charged: true,
  inspect: noPlainRequest,
  begin: () => undefined,
  exchange: noPlainRequest,
} as const satisfies Partial<Endpoint>;

const side = {
  subprotocols: ['realtime'],
  keyPrefix: 'openai-insecure-api-key.',
  secretPrefix: '',
  writeError: ({ type, code, message, param }, requestId) =>
    JSON.stringify({
      type: 'error',
      event_id: `event_${requestId}`,
      error: { type, code, message, param, event_id: null },
    }),
} as const satisfies Partial<SocketSide>;

/** Sessions of OpenAI's Realtime API, as OpenAI and Azure hold them. https://developers.openai.com/api/docs/guides/realtime-websocket */
export const realtimeEndpoint: Endpoint = defineEndpoint({
  ...facts,
  id: 'realtime',
  title: 'OpenAI Realtime',
  routes: paths.map((path) => ({ method: 'GET', path })),
  operation: 'realtime',
  socket: {
    ...side,
    inspect(query, _limits, _target, secret) {
      const named = query.get('model') ?? query.get('deployment');
      if (secret && transcribing(secret))
        return { invalid: 'The client secret is for "?intent=transcription".', param: 'intent' };
      if (secret && named !== null && named !== secret.model)
        return { invalid: `The client secret is for "${secret.model}".`, param: 'model' };
      const model = secret?.model ?? named;
      if (model === null || model === '')
        return { invalid: 'The query must name a model: "?model=gpt-realtime".', param: 'model' };
      return { model, stream: true, choices: 1, wantsUsage: false, ...firstStep };
    },
    opening: ({ session }) => JSON.stringify({ type: 'session.update', session }),
    async exchange(deps, context, _state, candidate) {
      return {
        request: await socketRequest(deps, realtimeEndpoint, context, candidate),
        subprotocols: [],
        readError: errors.readError,
        observe: () => openRealtimeProbe(deps, context, candidate),
      };
    },
  } satisfies SocketSide,
});

/**
 * Sessions in which what is heard is written down and nobody answers: a model of transcription, which the client's secret or the query
 * names, as `?intent=transcription&model=gpt-4o-transcribe`. https://developers.openai.com/api/docs/guides/realtime-transcription
 */
export const transcriptionEndpoint: Endpoint = defineEndpoint({
  ...facts,
  id: 'realtime-transcription',
  title: 'OpenAI Realtime, sessions that only transcribe (`?intent=transcription`)',
  routes: paths.map((path) => ({ method: 'GET', path, query: { intent: 'transcription' } })),
  operation: 'transcription-sessions',
  socket: {
    ...side,
    inspect(query, _limits, _target, secret) {
      const named = query.get('model') ?? query.get('deployment');
      if (secret && !transcribing(secret))
        return { invalid: 'The client secret is for sessions that answer.', param: 'intent' };
      if (secret && named !== null && named !== secret.model)
        return { invalid: `The client secret is for "${secret.model}".`, param: 'model' };
      const model = secret?.model ?? named;
      if (model === null || model === '')
        return {
          invalid: 'The query must name the model that transcribes: "?intent=transcription&model=gpt-4o-transcribe".',
          param: 'model',
        };
      return { model, stream: true, choices: 1, wantsUsage: false, ...firstStep };
    },
    opening: (secret) => JSON.stringify(transcribing(secret)),
    async exchange(deps, context, _state, candidate) {
      return {
        request: await socketRequest(deps, transcriptionEndpoint, context, candidate),
        subprotocols: [],
        readError: errors.readError,
        observe: () => openRealtimeProbe(deps, context, candidate),
      };
    },
  } satisfies SocketSide,
});

/** Of a secret that opens sessions which only transcribe, the event by which they are set up. */
const transcribing = ({ session }: ClientSecret): JsonObject | undefined => objectAt(session, 'transcribing');

function noPlainRequest(): never {
  throw new Error('a plain request came to an endpoint of WebSockets');
}

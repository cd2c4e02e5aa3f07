import { passthroughOf } from '../chat/protocols.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import { socketRequest } from '../../relay/socket/socket-request.ts';
import type { SocketSide } from '../../relay/socket-exchange.ts';
import { firstStep, openRealtimeProbe } from './probe.ts';

const errors = passthroughOf('openai-chat');

/** Sessions of OpenAI's Realtime API, as OpenAI and Azure hold them. https://developers.openai.com/api/docs/guides/realtime-websocket */
export const realtimeEndpoint: Endpoint = defineEndpoint({
  id: 'realtime',
  title: 'OpenAI Realtime',
  // Azure's clients put `/openai` before it, and older ones name a deployment.
  routes: [
    { method: 'GET', path: '/v1/realtime' },
    { method: 'GET', path: '/openai/v1/realtime' },
    { method: 'GET', path: '/openai/realtime' },
  ],
  protocol: 'openai-chat',
  operation: 'realtime',
  errors,
  body: 'none',
  answers: ['websocket'],
  charged: true,
  inspect: noPlainRequest,
  begin: () => undefined,
  exchange: noPlainRequest,
  socket: {
    subprotocols: ['realtime'],
    keyPrefix: 'openai-insecure-api-key.',
    secretPrefix: '',
    inspect(query, _limits, _target, secret) {
      const named = query.get('model') ?? query.get('deployment');
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
        observe: () => openRealtimeProbe(context, candidate),
      };
    },
    writeError: ({ type, code, message, param }, requestId) =>
      JSON.stringify({
        type: 'error',
        event_id: `event_${requestId}`,
        error: { type, code, message, param, event_id: null },
      }),
  } satisfies SocketSide,
});

function noPlainRequest(): never {
  throw new Error('a plain request came to an endpoint of WebSockets');
}

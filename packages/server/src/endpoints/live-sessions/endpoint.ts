import { readLiveStart } from '@tollgate/wire/protocols/openai-live/session';
import { referencesTo } from '@tollgate/wire/protocols/resources';
import type { Invalid, JsonObject } from '@tollgate/wire/protocol';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { FirstFrame, SocketSide } from '../../relay/socket-exchange.ts';
import { socketRequest } from '../../relay/socket/socket-request.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { refuseForeignResources } from '../shared/foreign-resources.ts';
import { openLiveProbe } from './probe.ts';
import { secondsAhead, stepOf } from './step.ts';

const errors = passthroughOf('openai-chat');

/** Sessions of OpenAI's Live API, over a WebSocket. https://developers.openai.com/api/docs/guides/live */
export const liveSessionsEndpoint: Endpoint = defineEndpoint({
  id: 'live-sessions',
  title: 'OpenAI Live',
  routes: [{ method: 'GET', path: '/v1/live/sessions' }],
  protocol: 'openai-chat',
  operation: 'live',
  errors,
  body: 'none',
  answers: ['websocket'],
  charged: true,
  inspect: noPlainRequest,
  begin: (deps, context) => refuseForeignResources(deps, context),
  exchange: noPlainRequest,
  socket: {
    subprotocols: ['realtime'],
    keyPrefix: 'openai-insecure-api-key.',
    inspectFirst: inspectStart,
    readError: errors.readError,
    async exchange(deps, context, _state, candidate) {
      return {
        request: await socketRequest(deps, liveSessionsEndpoint, context, candidate),
        subprotocols: [],
        readError: errors.readError,
        observe: () => openLiveProbe(deps, context, candidate),
      };
    },
    writeError: ({ type, code, message, param }, requestId) =>
      JSON.stringify({
        type: 'error',
        event_id: `event_${requestId}`,
        error: { type, code, message, ...(param !== null && { param }) },
      }),
  } satisfies SocketSide,
});

function inspectStart(frame: JsonObject): FirstFrame | Invalid {
  const start = readLiveStart(frame);
  if ('invalid' in start) return start;
  const { model, delegates } = start;
  return {
    frame,
    summary: {
      model,
      stream: true,
      choices: 1,
      wantsUsage: true,
      ...stepOf(start),
      counted: { seconds: secondsAhead },
      ...(delegates.length > 0 && { otherModels: delegates }),
      references: referencesTo(start.resources),
    },
  };
}

function noPlainRequest(): never {
  throw new Error('a plain request came to an endpoint of WebSockets');
}

import type { Usage } from '@tollgate/wire/ir/usage';
import type { UpstreamFailure } from '@tollgate/wire/protocol';
import { passthroughOf } from '../../endpoints/chat/protocols.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Frame } from '../../upstream/upstream-socket.ts';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { socketRequest } from '../socket/socket-request.ts';
import type { SocketProbe, SocketSide, StepEstimate } from '../socket-exchange.ts';

/** What its frames may say; other ones pass unseen. */
type Event = {
  readonly type?: string;
  /** Of a report: used by one step. */
  readonly input?: number;
  readonly output?: number;
  readonly message?: string;
};

/**
 * An endpoint of sessions for tests: `{"type":"ask"}` begins a step, `{"type":"report","input":…,"output":…}` ends it.
 * A step uses at most 100 input and 100 output tokens.
 */
export const socketEndpoint: Endpoint = defineEndpoint({
  id: 'test-session',
  title: 'Sessions',
  routes: [{ method: 'GET', path: '/v1/session' }],
  protocol: 'openai-chat',
  operation: 'completions',
  errors: passthroughOf('openai-chat'),
  body: 'none',
  answers: ['websocket'],
  charged: true,
  inspect: plain,
  begin: () => ({ begun: true }),
  exchange: plain,
  socket: {
    subprotocols: ['session-v1'],
    keyPrefix: 'test-key.',
    inspect(query) {
      const model = query.get('model');
      if (model === null) return { invalid: 'The query names no model.', param: 'model' };
      return {
        model,
        stream: true,
        choices: 1,
        wantsUsage: false,
        inputEstimate: oneStep.inputEstimate,
        maxOutputTokens: oneStep.maxOutputTokens,
      };
    },
    async exchange(deps, context, _state, candidate) {
      return {
        request: await socketRequest(deps, socketEndpoint, context, candidate),
        subprotocols: ['upstream-v1'],
        readError: passthroughOf('openai-chat').readError,
        observe: openProbe,
      };
    },
    writeError: (words, requestId) =>
      JSON.stringify({ type: 'error', code: words.code, message: words.message, requestId }),
  } satisfies SocketSide,
});

/** Nothing but a session is asked of it. */
function plain(): never {
  throw new Error('a plain request was let through');
}

const oneStep: StepEstimate = { inputEstimate: 100, maxOutputTokens: 100 };

function openProbe(): SocketProbe {
  let usage: Usage | undefined;
  let asked = 0;
  let reported = 0;
  let error: UpstreamFailure | undefined;
  return {
    fromClient(frame) {
      const { type } = read(frame);
      if (type === 'forbidden') throw new Refusal('invalid_request', 'That may not be said.');
      if (type === 'ask') asked++;
      return frame;
    },
    fromUpstream(frame) {
      const { type, input = 0, output = 0, message = '' } = read(frame);
      if (type === 'report') {
        reported++;
        usage = { inputText: (usage?.inputText ?? 0) + input, outputText: (usage?.outputText ?? 0) + output };
      }
      if (type === 'fatal') error = { status: 500, message, type: undefined, code: undefined, param: undefined };
      return frame;
    },
    get meaningful() {
      return usage !== undefined;
    },
    get busy() {
      return reported < asked;
    },
    get usage() {
      return usage;
    },
    outputEstimate: 0,
    step: oneStep,
    get error() {
      return error;
    },
  };
}

function read(frame: Frame): Event {
  if (typeof frame !== 'string' || !frame.startsWith('{')) return {};
  return JSON.parse(frame) as Event;
}

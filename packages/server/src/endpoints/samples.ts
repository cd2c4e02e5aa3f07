import type { Operation } from '@tollgate/wire/protocol';
import type { Channel } from '../domain/snapshot.ts';
import type { Endpoint } from '../relay/endpoint.ts';

/** A small request of an endpoint, by which it is tried whether a channel serves a model. */
export type Sample = { readonly endpoint: Endpoint; readonly path: string; readonly body: object };

const words = 'Say hello in one word.';
const message = { role: 'user', content: words };

/** A red square of 32 by 32: smaller ones are refused by some vendors. */
const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKklEQVR42mM4oaFBU8QwasGoBaMWjFowasGoBaMWjFowasGoBaMWDBULABo2YD0ttAhSAAAAAElFTkSuQmCC';

const tool = {
  type: 'function',
  function: {
    name: 'greet',
    description: 'Greets a person.',
    parameters: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  },
};

const carried = {
  tools: { messages: [message], tools: [tool] },
  vision: {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Which colour is this? Answer in one word.' },
          { type: 'image_url', image_url: { url: picture } },
        ],
      },
    ],
  },
};

type Asked = {
  readonly model: string;
  readonly stream: boolean;
  /** Of chats: what goes along. */
  readonly feature?: keyof typeof carried | undefined;
};

type Write = (model: string, stream: boolean) => object;

/** By endpoint. Answers are kept short by what is asked: not every model takes a limit, or answers within a small one. */
const bodies: Readonly<Record<string, Write>> = {
  chat: (model, stream) => ({ model, messages: [message], ...(stream && { stream }) }),
  responses: (model, stream) => ({ model, input: words, store: false, ...(stream && { stream }) }),
  messages: (model, stream) => ({ model, max_tokens: 1024, messages: [message], ...(stream && { stream }) }),
  'generate-content': () => ({ contents: [{ role: 'user', parts: [{ text: words }] }] }),
  interactions: (model, stream) => ({ model, input: words, store: false, ...(stream && { stream }) }),
  embeddings: (model) => ({ model, input: 'hello' }),
  moderations: (model) => ({ model, input: 'hello' }),
  rerank: (model) => ({ model, query: 'hello', documents: ['hello', 'goodbye'] }),
};

/** The endpoints that can be tried. */
export const sampledEndpoints: readonly string[] = Object.keys(bodies);

/** A sample request to an endpoint of the table; undefined where there is none. */
export function sampleOf(
  table: readonly Endpoint[],
  id: string,
  { model, stream, feature }: Asked,
): Sample | undefined {
  const endpoint = table.find((one) => one.id === id);
  const write = bodies[id];
  const route = endpoint?.routes.find((one) => one.stream === undefined || one.stream === stream);
  if (!endpoint || !write || !route) return undefined;
  const path = route.path.replace(/\{model\+?\}/, () => model);
  const body = { ...write(model, stream), ...(feature !== undefined && carried[feature]) };
  return { endpoint, path: stream && path !== route.path ? `${path}?alt=sse` : path, body };
}

/** The endpoint by which a channel's model is tried: one whose bytes pass, if it is for conversations. */
export function endpointFor(
  table: readonly Endpoint[],
  { provider }: Pick<Channel, 'provider'>,
  operations: readonly Operation[] | undefined,
): string {
  const tried = table.filter(({ id }) => id in bodies);
  if (operations && !operations.includes('chat')) {
    const other = tried.find(({ operation }) => operations.includes(operation));
    if (other) return other.id;
  }
  for (const { protocol } of provider.dialects) {
    const same = tried.find((one) => one.operation === 'chat' && one.protocol === protocol);
    if (same) return same.id;
  }
  return 'chat';
}

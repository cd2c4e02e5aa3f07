import { frames, streamedAnswer, wholeAnswer } from '../../e2e/scripted-upstream.ts';

/** Models that the provider of `npm run dev` has, with what it does when it is asked for one. */
export const models = ['dev-small', 'dev-large', 'dev-broken'] as const;

type ChatBody = {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly { readonly content?: unknown }[];
};

/**
 * A provider that speaks OpenAI's Chat Completions on 127.0.0.1, needs no account and makes its answers up.
 * `dev-broken` is always overloaded. A streamed answer comes word by word, `gapMs` apart.
 */
export function startProvider(port: number, gapMs = 40): { readonly url: string; stop(): Promise<void> } {
  const server = Bun.serve({
    port,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/v1/models') {
        return Response.json({ object: 'list', data: models.map((id) => ({ id, object: 'model', owned_by: 'dev' })) });
      }
      if (pathname !== '/v1/chat/completions') return failure(404, 'not_found', `There is nothing at ${pathname}.`);
      return answer((await request.json()) as ChatBody, gapMs);
    },
  });
  return { url: `http://127.0.0.1:${server.port}/v1`, stop: () => server.stop(true) };
}

function answer(body: ChatBody, gapMs: number): Response {
  if (body.model === 'dev-broken') return failure(503, 'overloaded', 'The model dev-broken is always overloaded.');
  const asked = JSON.stringify(body.messages ?? []);
  const said = lastText(body);
  const words =
    body.model === 'dev-large'
      ? `You asked: “${said}” A large model has more to say about that, and this is where it would say it.`
      : `You asked: “${said}”`;
  // About four characters a token, as in English.
  const input = Math.ceil(asked.length / 4);
  const output = Math.ceil(words.length / 4);
  return body.stream === true
    ? streamedAnswer(wordByWord(words, input, output, gapMs))
    : wholeAnswer(words, input, output);
}

function lastText(body: ChatBody): string {
  const content = body.messages?.at(-1)?.content;
  return typeof content === 'string' ? content : JSON.stringify(content ?? '');
}

async function* wordByWord(text: string, input: number, output: number, gapMs: number): AsyncGenerator<string> {
  for (const word of text.split(/(?<= )/)) {
    yield frames.words(word);
    await Bun.sleep(gapMs);
  }
  yield frames.end(input, output);
}

const failure = (status: number, code: string, message: string): Response =>
  Response.json({ error: { message, type: 'server_error', code } }, { status });

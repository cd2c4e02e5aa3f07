import type { RequestView } from './request-view.ts';

/** A request like another one, as a command: its endpoint and model are known, what was said in it is kept nowhere. */

type Ask = {
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
};
type Asked = Pick<RequestView, 'protocol' | 'operation' | 'model' | 'stream'>;

/** The key is read from the environment: it is in no text. */
const key = '$TOLLGATE_KEY';
const bearer = [`Authorization: Bearer ${key}`];
const greeting = 'Hello';
const messages = [{ role: 'user', content: greeting }];
const streamed = (stream: boolean) => (stream ? { stream: true } : {});

const asks: Readonly<Record<string, (asked: Asked) => Ask>> = {
  'openai-chat/chat': ({ model, stream }) => ({
    path: 'v1/chat/completions',
    headers: bearer,
    body: { model, ...streamed(stream), messages },
  }),
  'openai-responses/chat': ({ model, stream }) => ({
    path: 'v1/responses',
    headers: bearer,
    body: { model, ...streamed(stream), input: greeting },
  }),
  'anthropic-messages/chat': ({ model, stream }) => ({
    path: 'v1/messages',
    headers: [`x-api-key: ${key}`, 'anthropic-version: 2023-06-01'],
    body: { model, max_tokens: 1024, ...streamed(stream), messages },
  }),
  'gemini/chat': ({ model, stream }) => ({
    path: `v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: [`x-goog-api-key: ${key}`],
    body: { contents: [{ role: 'user', parts: [{ text: greeting }] }] },
  }),
  'openai-chat/embeddings': ({ model }) => ({
    path: 'v1/embeddings',
    headers: bearer,
    body: { model, input: greeting },
  }),
};

/** The command for a POSIX shell, `root` being where the gateway is, without a slash at the end; undefined for what takes files or more. */
export function curlOf(asked: Asked, root: string): string | undefined {
  const ask = asks[`${asked.protocol}/${asked.operation}`]?.(asked);
  if (ask === undefined || asked.model === '') return undefined;
  const url = `${root}/${ask.path}`;
  return [
    `curl${asked.stream ? ' -N' : ''} '${quoted(url)}' \\`,
    ...ask.headers.map((header) => `  -H "${header}" \\`),
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${quoted(JSON.stringify(ask.body))}'`,
  ].join('\n');
}

const quoted = (text: string): string => text.replaceAll("'", String.raw`'\''`);

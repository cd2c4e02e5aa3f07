/** What a test's upstream sees of a call. */
export type Ask = { readonly stream: boolean; readonly text: string; readonly headers: Headers };

export type ScriptedUpstream = {
  /** With `/v1`, as the OpenAI SDK takes it. */
  readonly baseUrl: string;
  stop(): Promise<void>;
};

/** An upstream on a free port that answers every call by `answer`. */
export function startUpstream(answer: (ask: Ask) => Response | Promise<Response>): ScriptedUpstream {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const body = (await request.json()) as { stream?: boolean; messages?: { content: string }[] };
      return answer({
        stream: body.stream === true,
        text: body.messages?.at(-1)?.content ?? '',
        headers: request.headers,
      });
    },
  });
  return { baseUrl: `http://127.0.0.1:${server.port}/v1`, stop: () => server.stop(true) };
}

const base = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'scripted' };
const usage = (prompt: number, completion: number) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

/** A whole answer with its usage. */
export const wholeAnswer = (content: string, prompt: number, completion: number): Response =>
  Response.json({
    ...base,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: usage(prompt, completion),
  });

/** Frames of a streamed answer: words, then the end with its usage. */
export const frames = {
  words: (content: string): string => frame({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
  end: (prompt: number, completion: number): string =>
    frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) +
    frame({ choices: [], usage: usage(prompt, completion) }) +
    'data: [DONE]\n\n',
} as const;

const frame = (more: object): string =>
  `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...more })}\n\n`;

/** A streamed answer whose pieces are sent as they come out of `pieces`. */
export function streamedAnswer(pieces: AsyncIterable<string> | Iterable<string>): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      try {
        for await (const piece of pieces) controller.enqueue(encoder.encode(piece));
        controller.close();
      } catch {
        // The gateway hung up, or was killed.
      }
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

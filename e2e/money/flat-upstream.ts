/** An upstream that answers every chat call with the same few words, whole or streamed, and counts them. */
export type FlatUpstream = {
  /** With `/v1`, as the OpenAI SDK takes it. */
  readonly baseUrl: string;
  readonly answered: () => number;
  stop(): Promise<void>;
};

const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };

/** `chunkMs` is the time between the chunks of a stream, and that before a whole answer. */
export function startFlatUpstream(chunkMs = 0): FlatUpstream {
  let answered = 0;
  const encoder = new TextEncoder();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const ask = (await request.json()) as { stream?: boolean };
      answered++;
      const base = { id: `chatcmpl-${answered}`, created: 1_700_000_000, model: 'flat' };
      if (ask.stream !== true) {
        if (chunkMs > 0) await Bun.sleep(chunkMs);
        const message = { role: 'assistant', content: 'a few words' };
        return Response.json({
          ...base,
          object: 'chat.completion',
          choices: [{ index: 0, message, finish_reason: 'stop' }],
          usage,
        });
      }
      const event = (choices: readonly unknown[], more: object = {}): Uint8Array =>
        encoder.encode(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices, ...more })}\n\n`);
      const body = new ReadableStream<Uint8Array>({
        async start(controller) {
          try {
            for (const word of ['a', ' few', ' words']) {
              controller.enqueue(event([{ index: 0, delta: { content: word }, finish_reason: null }]));
              if (chunkMs > 0) await Bun.sleep(chunkMs);
            }
            controller.enqueue(event([{ index: 0, delta: {}, finish_reason: 'stop' }]));
            controller.enqueue(event([], { usage }));
            controller.enqueue(encoder.encode('data: [DONE]\n\n'));
            controller.close();
          } catch {
            // The gateway was killed, and its connection with it.
          }
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    },
  });
  return {
    baseUrl: `http://127.0.0.1:${server.port}/v1`,
    answered: () => answered,
    stop: () => server.stop(true),
  };
}

/** Holds sessions of the Realtime API: what the official SDK sends is answered as OpenAI's own documentation has it. */
export function startSpeaking() {
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 400 })),
    websocket: {
      open(socket) {
        socket.send(JSON.stringify({ type: 'session.created', event_id: 'event_1', session: { type: 'realtime' } }));
      },
      message(socket, frame) {
        const { type } = JSON.parse(frame as string) as { readonly type: string };
        if (type === 'input_audio_buffer.commit') {
          const written = 'conversation.item.input_audio_transcription.completed';
          const usage = {
            type: 'tokens',
            input_tokens: 20,
            output_tokens: 4,
            input_token_details: { audio_tokens: 20 },
          };
          socket.send(JSON.stringify({ type: written, event_id: 'event_5', transcript: 'Hi', usage }));
        }
        if (type !== 'response.create') return;
        const response = { id: 'resp_1', object: 'realtime.response', status: 'completed', output: [] };
        const usage = {
          total_tokens: 30,
          input_tokens: 20,
          output_tokens: 10,
          input_token_details: {
            text_tokens: 15,
            audio_tokens: 5,
            cached_tokens: 10,
            cached_tokens_details: { text_tokens: 10 },
          },
          output_token_details: { text_tokens: 2, audio_tokens: 8 },
        };
        for (const event of [
          { type: 'response.created', event_id: 'event_2', response: { ...response, status: 'in_progress' } },
          { type: 'response.output_audio.delta', event_id: 'event_3', response_id: 'resp_1', delta: 'AAAA' },
          { type: 'response.done', event_id: 'event_4', response: { ...response, usage } },
        ])
          socket.send(JSON.stringify(event));
      },
    },
  });
}

/** Holds sessions of OpenAI's Live API, which delegates what it is asked to a model of Responses. */
export function startLive() {
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 400 })),
    websocket: {
      message(socket, frame) {
        const { type } = JSON.parse(frame as string) as { readonly type: string };
        const say = (event: object): void => void socket.send(JSON.stringify({ event_id: 'event_1', ...event }));
        if (type === 'session.start') say({ type: 'session.started', session: {} });
        if (type === 'response.create') {
          const usage = { input_tokens: 100, output_tokens: 20, total_tokens: 120 };
          say({ type: 'session.usage.updated', usage: { seconds: 3.2 } });
          say({
            type: 'response.event',
            event: { type: 'response.completed', response: { model: 'gpt-helper', usage } },
          });
        }
        if (type !== 'session.close') return;
        say({ type: 'session.closed', reason: 'close_requested', session: {}, usage: { seconds: 7.5 } });
        socket.close(1000);
      },
    },
  });
}

/** Holds sessions of the Live API, in binary frames as Google does. */
export function startGoogle() {
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request, server) {
      const { pathname } = new URL(request.url);
      const known =
        request.headers.get('x-goog-api-key') === 'AIza-upstream' && pathname.endsWith('.BidiGenerateContent');
      return known && server.upgrade(request) ? undefined : new Response(null, { status: 400 });
    },
    websocket: {
      message(socket, frame) {
        const message = JSON.parse(frame as string) as {
          readonly setup?: { readonly model: string };
          readonly clientContent?: object;
        };
        const say = (told: object): void => void socket.send(new TextEncoder().encode(JSON.stringify(told)));
        if (message.setup) {
          if (message.setup.model === 'models/gemini-live') say({ setupComplete: {} });
          else socket.close(1008, 'no such model');
        }
        if (!message.clientContent) return;
        say({ serverContent: { modelTurn: { parts: [{ inlineData: { mimeType: 'audio/pcm', data: 'AAAA' } }] } } });
        say({
          serverContent: { turnComplete: true },
          usageMetadata: {
            promptTokenCount: 20,
            responseTokenCount: 10,
            totalTokenCount: 30,
            promptTokensDetails: [{ modality: 'TEXT', tokenCount: 20 }],
            responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 10 }],
          },
        });
      },
    },
  });
}

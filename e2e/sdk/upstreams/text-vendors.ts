/** Text of OpenAI, Anthropic and Google, whole, of 6 tokens and 5 of answer each, and what they keep of it. */
export type TextVendors = {
  /** Each answers what it knows, and undefined else. Paths are those below its version. */
  openai(method: string, path: string, body: Json): Response | undefined;
  anthropic(path: string, body: Json): Response | undefined;
  google(method: string, path: string, body: Json): Response | undefined;
};

export type Json = Readonly<Record<string, unknown>>;

const usage = { input_tokens: 6, output_tokens: 5, total_tokens: 11 };
const said = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' } as const;
const hello = { ...said, content: [{ type: 'output_text', text: 'Hello.', annotations: [] }] };
const event = (json: { readonly type: string }): string => `event: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`;
const none = (message: string): Response =>
  Response.json({ error: { message, type: 'invalid_request_error', code: null, param: null } }, { status: 404 });

/** https://platform.openai.com/docs/api-reference/responses */
function responsesAccount() {
  const responses = new Map<string, Json>();
  const respond = (body: Json): Response => {
    const id = `resp_${responses.size + 1}`;
    const told = {
      id,
      object: 'response',
      created_at: 1,
      model: body['model'],
      status: 'completed',
      output: [hello],
      usage,
    };
    const queued = { ...told, status: 'queued', output: [], usage: null };
    responses.set(id, body['background'] === true ? queued : told);
    if (body['stream'] !== true) return Response.json(responses.get(id));
    const part = {
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
      part: { type: 'output_text', text: '', annotations: [] },
    };
    const frames = [
      {
        type: 'response.created',
        sequence_number: 0,
        response: { ...told, status: 'in_progress', output: [], usage: null },
      },
      { type: 'response.output_item.added', sequence_number: 1, output_index: 0, item: { ...said, content: [] } },
      { ...part, type: 'response.content_part.added', sequence_number: 2 },
      { ...part, type: 'response.output_text.delta', sequence_number: 3, delta: 'Hello.', logprobs: [] },
      { type: 'response.output_item.done', sequence_number: 4, output_index: 0, item: hello },
      { type: 'response.completed', sequence_number: 5, response: told },
    ];
    return new Response(frames.map(event).join(''), { headers: { 'content-type': 'text/event-stream' } });
  };
  const kept = (method: string, path: string): Response => {
    const [, id = '', act] = /^\/responses\/(\w+)(?:\/(\w+))?$/.exec(path) ?? [];
    const found = responses.get(id);
    if (!found) return none(`Response with id '${id}' not found.`);
    if (act === 'input_items')
      return Response.json({ object: 'list', data: [{ ...said, id: 'msg_in' }], has_more: false });
    if (act === 'cancel') responses.set(id, { ...found, status: 'cancelled' });
    if (method !== 'DELETE') return Response.json(responses.get(id));
    responses.delete(id);
    return Response.json({ id, object: 'response', deleted: true });
  };
  return (method: string, path: string, body: Json): Response | undefined => {
    if (path === '/responses') return respond(body);
    return path.startsWith('/responses/') ? kept(method, path) : undefined;
  };
}

function openaiText(): TextVendors['openai'] {
  const stored = responsesAccount();
  return (method, path, body) => {
    const chat = {
      id: 'c-1',
      created: 1,
      model: body['model'],
      usage: { prompt_tokens: 6, completion_tokens: 5, total_tokens: 11 },
    };
    const message = { role: 'assistant', content: 'Hello.' };
    if (path === '/chat/completions')
      return Response.json({
        ...chat,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
      });
    if (path === '/completions')
      return Response.json({
        ...chat,
        object: 'text_completion',
        choices: [{ index: 0, text: 'Hello.', logprobs: null, finish_reason: 'stop' }],
      });
    if (path === '/decisions')
      return Response.json({
        answers: [{ type: 'predicate', name: null, probability: 0.9 }],
        model: body['model'],
        usage,
      });
    if (path === '/responses/input_tokens') return Response.json({ object: 'response.input_tokens', input_tokens: 7 });
    if (path === '/responses/compact')
      return Response.json({
        id: 'cmp_1',
        object: 'response.compaction',
        created_at: 1,
        output: [{ type: 'compaction', id: 'cmpi_1', encrypted_content: 'xyz' }],
        usage,
      });
    return stored(method, path, body);
  };
}

const anthropicText: TextVendors['anthropic'] = (path, body) => {
  if (path === '/messages/count_tokens') return Response.json({ input_tokens: 7 });
  if (path !== '/messages') return undefined;
  return Response.json({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: body['model'],
    content: [{ type: 'text', text: 'Hello.' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 6, output_tokens: 5 },
  });
};

/** https://ai.google.dev/gemini-api/docs/interactions and https://ai.google.dev/api/caching */
function googleText(): TextVendors['google'] {
  const interactions = new Map<string, Json>();
  const caches = new Map<string, Json>();
  let made = 0;
  return (method, path, body) => {
    if (path.endsWith(':countTokens')) return Response.json({ totalTokens: 7 });
    const [, kind, name, act] = /^\/v1beta\/(interactions|cachedContents)(?:\/(\w+))?(?:\/(\w+))?$/.exec(path) ?? [];
    if (kind === undefined) return undefined;
    const store = kind === 'interactions' ? interactions : caches;
    const found = name === undefined ? undefined : store.get(name);
    if (name !== undefined && !found) return Response.json({ error: { code: 404, message: 'none' } }, { status: 404 });
    if (found && method === 'DELETE') store.delete(name ?? '');
    if (found) {
      const changed = { ...found, ...body, ...(act === 'cancel' && { status: 'cancelled' }) };
      if (method !== 'DELETE') store.set(name ?? '', changed);
      return Response.json(method === 'DELETE' ? {} : changed);
    }
    const id = `v${++made}x`;
    const interaction = {
      id,
      object: 'interaction',
      model: body['model'],
      status: body['background'] === true ? 'in_progress' : 'completed',
      ...(body['background'] !== true && {
        steps: [{ type: 'model_output', content: [{ type: 'text', text: 'Hello.' }] }],
        usage: { total_input_tokens: 6, total_output_tokens: 5, total_tokens: 11 },
      }),
    };
    const cache = { name: `cachedContents/${id}`, model: body['model'], usageMetadata: { totalTokenCount: 300 } };
    store.set(id, kind === 'interactions' ? interaction : cache);
    return Response.json(store.get(id));
  };
}

/** Makes the three. */
export const textVendors = (): TextVendors => ({
  openai: openaiText(),
  anthropic: anthropicText,
  google: googleText(),
});

import { afterEach, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { at, isObject } from '@tollgate/wire/json/fields';
import { passthroughOf } from '../endpoints/chat/protocols.ts';
import { openBytes } from '../endpoints/shared/bytes.ts';
import { chain, upstreamRequest } from '../endpoints/shared/upstream-request.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { writeMultipart } from './receive/multipart/write-multipart.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from './testing/gateway.ts';

// A kind of request that chat is not: a form with files in, bytes out. Nothing of the relay knows of it.

const openai = passthroughOf('openai-chat');

const dubbing: Endpoint<undefined> = {
  id: 'test-dubbing',
  title: 'A voice for a voice',
  routes: [{ method: 'POST', path: '/v1/test/dub' }],
  protocol: openai.id,
  operation: 'embeddings',
  errors: openai,
  body: 'multipart',
  answers: ['bytes'],
  charged: true,
  inspect(json) {
    const model = isObject(json) ? at(json, 'model') : undefined;
    if (typeof model !== 'string') return { invalid: '"model" is missing.', param: 'model' };
    return { model, stream: false, maxOutputTokens: 0, choices: 1, wantsUsage: false, inputEstimate: 100 };
  },
  begin: () => undefined,
  exchange(deps, context, _state, candidate) {
    const { form } = context.body;
    if (!form) throw new Error('a form was asked for');
    const body = writeMultipart(form, { set: new Map([['model', candidate.upstreamModel]]) });
    return chain(upstreamRequest(deps, dubbing, context, candidate, body), (request) => ({
      request,
      conversion: undefined,
      background: false,
      readError: openai.readError,
      openStream: (type) =>
        type.startsWith('audio/') ? openBytes(type, () => ({ usage: { inputText: 50 } })) : undefined,
      readWhole: () => ({ fault: { cause: 'unexpected_body', detail: 'no sound', upstream: undefined } }),
    }));
  },
};

const open: { close(): Promise<unknown> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

type Form = Awaited<ReturnType<Request['formData']>>;

function upstream(answer: (form: Form) => Response) {
  const forms: Form[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    async fetch(request) {
      const form = await request.formData();
      forms.push(form);
      return answer(form);
    },
  });
  open.push({ close: () => server.stop(true) });
  return { baseUrl: `http://127.0.0.1:${server.port}/v1`, forms };
}

async function gateway(...baseUrls: readonly string[]): Promise<TestGateway> {
  const channels = baseUrls.map((baseUrl, index) => channelOf({ id: `ch_${index}`, baseUrl, priority: -index }));
  const world = await openTestGateway(snapshotOf(channels, defaultSettings), { table: [defineEndpoint(dubbing)] });
  open.push(world);
  return world;
}

function formOf(file: Uint8Array<ArrayBuffer>): FormData {
  const form = new FormData();
  form.set('file', new File([file], 'voice.wav', { type: 'audio/wav' }));
  form.set('model', 'm');
  form.set('x_unknown', 'kept');
  return form;
}

/** The file that an upstream got. */
async function bytesOf(form: Form | undefined): Promise<Uint8Array | undefined> {
  const file = form?.get('file');
  return file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : undefined;
}

const sound = crypto.getRandomValues(new Uint8Array(1000));

test('a form goes on with its files, bytes come back as they are, and are charged', async () => {
  const up = upstream(() => new Response(sound, { headers: { 'content-type': 'audio/mpeg' } }));
  const gate = await gateway(up.baseUrl);
  // Larger than what is kept in memory of a form.
  const voice = new Uint8Array(3 << 20).fill(7);
  const response = await gate.send('/v1/test/dub', formOf(voice));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('audio/mpeg');
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(sound);
  const [form] = up.forms;
  expect([form?.get('model'), form?.get('x_unknown')]).toEqual(['m-upstream', 'kept']);
  expect(await bytesOf(form)).toEqual(voice);
  expect(gate.records).toMatchObject([{ endReason: 'completed', modelServed: 'm-upstream', usageSource: 'provider' }]);
  expect(gate.records[0]?.charge?.amount as bigint).toBe(50n * 1000n);
  expect(gate.deps.load.bufferedBytes).toBe(0);
  expect(gate.deps.spool.stats()).toEqual({ files: 0, bytes: 0 });
});

test('a form is sent again, whole, to the next when one refuses', async () => {
  const full = upstream(() => Response.json({ error: { message: 'busy' } }, { status: 503 }));
  const up = upstream(() => new Response(sound, { headers: { 'content-type': 'audio/mpeg' } }));
  const gate = await gateway(full.baseUrl, up.baseUrl);
  const voice = new Uint8Array(2 << 20).fill(3);
  const response = await gate.send('/v1/test/dub', formOf(voice));
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  expect(await bytesOf(up.forms[0])).toEqual(voice);
  expect(gate.records[0]?.attempts.map(({ cause }) => cause)).toEqual(['server_error', 'ok']);
});

test('bytes that break off break off at the client too, and what came is charged', async () => {
  const up = upstream(() => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(sound);
      },
      async pull(controller) {
        await Bun.sleep(50);
        controller.error(new Error('cut'));
      },
    });
    return new Response(body, { headers: { 'content-type': 'audio/mpeg' } });
  });
  const gate = await gateway(up.baseUrl);
  const response = await gate.send('/v1/test/dub', formOf(sound));
  expect(response.status).toBe(200);
  expect(
    await response.arrayBuffer().then(
      () => 'whole',
      () => 'broken',
    ),
  ).toBe('broken');
  await gate.recorded(1);
  expect(gate.records).toMatchObject([{ endReason: 'upstream_cut' }]);
});

test('a form without a model, or no form, is refused and leaves nothing behind', async () => {
  const up = upstream(() => new Response(sound));
  const gate = await gateway(up.baseUrl);
  const form = formOf(new Uint8Array(2 << 20));
  form.delete('model');
  const response = await gate.send('/v1/test/dub', form);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { param: 'model' } });
  expect((await gate.post({ model: 'm' }, { path: '/v1/test/dub' })).status).toBe(400);
  expect(up.forms).toEqual([]);
  expect(gate.deps.spool.stats()).toEqual({ files: 0, bytes: 0 });
  expect(gate.deps.load).toMatchObject({ bufferedBytes: 0, openRequests: 0 });
});

test('a field that stands twice, of which vendors read one or the other, is refused and leaves nothing behind', async () => {
  const up = upstream(() => new Response(sound, { headers: { 'content-type': 'audio/wav' } }));
  const gate = await gateway(up.baseUrl);
  const form = formOf(new Uint8Array(2 << 20));
  form.append('model', 'dear');
  const response = await gate.send('/v1/test/dub', form);
  expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'model' } }]);
  // Lists may, and files.
  const lists = formOf(new Uint8Array(2 << 20));
  for (const one of ['word', 'segment']) lists.append('timestamp_granularities[]', one);
  lists.append('file', new File(['x'], 'b.wav'));
  expect((await gate.send('/v1/test/dub', lists)).status).toBe(200);
  expect(
    up.forms.map((sent) => [sent.getAll('timestamp_granularities[]').length, sent.getAll('model').length]),
  ).toEqual([[2, 1]]);
  expect(gate.deps.load).toMatchObject({ bufferedBytes: 0 });
});

import { afterAll, describe, expect, test } from 'bun:test';
import { endpoints } from '../endpoints/index.ts';
import { sampledEndpoints, sampleOf } from '../endpoints/samples.ts';
import { channelOf, openTestGateway, snapshotOf } from './testing/gateway.ts';
import { answer, openScriptedUpstream } from './testing/scripted-upstream.ts';

const upstream = await openScriptedUpstream();
const world = await openTestGateway(snapshotOf([channelOf({ id: 'c', baseUrl: upstream.baseUrl })]));
afterAll(async () => {
  await world.close();
  await upstream.close();
});

const long = 'x'.repeat(1 << 20);
const most = 6000;
/** What a vendor says is read up to 64 KB. */
const said = 'x'.repeat(20_000);

async function refusal(path: string, body: object): Promise<string> {
  const refused = await world.post(body, { path });
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect([...refused.headers].join().length).toBeLessThan(most);
  return await refused.text();
}

describe('what is repeated of a request in an error is short', () => {
  const named = sampledEndpoints.flatMap((id) => sampleOf(endpoints, id, { model: long, stream: false }) ?? []);
  test.each(named.filter(({ path }) => path.length < 100).map((sample) => [sample.path, sample] as const))(
    'the name of a model at %s',
    async (path, { body }) => {
      const text = await refusal(path, body);
      expect(text.length).toBeLessThan(most);
      expect(text).toContain('x…');
      expect(text).toContain('does not exist');
    },
  );

  test.each([
    ['/v1/responses', { model: 'm', input: 'x', previous_response_id: long }],
    ['/v1/responses', { model: 'm', input: [{ type: 'item_reference', id: long }] }],
    ['/v1/tokenize', { model: long, text: 'x' }],
    ['/v1/chat/completions', { model: 'm', messages: [{ role: long, content: 'x' }] }],
    ['/v1/messages/count_tokens', { model: long, messages: [{ role: 'user', content: 'x' }] }],
  ])('what else %s is told', async (path, body) => {
    upstream.behave(answer(400, { error: { message: `no ${said}`, param: said, code: said } }));
    expect((await refusal(path, body)).length).toBeLessThan(most);
  });

  test('a path that is not', async () => {
    const refused = await world.post({}, { path: `/v1/${long.slice(0, 4000)}` });
    expect((await refused.text()).length).toBeLessThan(1000);
  });
});

test('what a vendor says is short, whatever of it he repeats', async () => {
  const body = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
  for (const failure of [
    { error: { message: `no ${said}`, type: said, param: said, code: 'x' } },
    { error: { message: `no ${said}`, param: said } },
    { error: { message: `no ${said}`, metadata: { raw: said } } },
    { detail: [{ loc: [said], msg: said }] },
    { message: said },
    { message: long },
  ]) {
    upstream.behave(answer(400, failure));
    expect((await refusal('/v1/chat/completions', body)).length).toBeLessThan(most);
  }
});

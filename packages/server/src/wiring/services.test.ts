import { afterAll, expect, test } from 'bun:test';
import { createAskPublic } from '../egress/ask-public.ts';
import { guardedAsker } from './services.ts';

const inside = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('inside') });
afterAll(async () => await inside.stop(true));

test('addresses inside are asked where the settings of the moment name them, and nowhere else', async () => {
  let allowed: readonly string[] = [];
  const ask = guardedAsker(createAskPublic({ resolve: () => Promise.resolve(['127.0.0.1']) }), 1000, () => allowed);
  const answer = async () => {
    try {
      return await (await ask(`http://127.0.0.1:${inside.port}/`)).text();
    } catch {
      return 'refused';
    }
  };
  expect(await answer()).toBe('refused');
  allowed = ['127.0.0.1'];
  expect(await answer()).toBe('inside');
  allowed = ['10.0.0.0/8'];
  expect(await answer()).toBe('refused');
});

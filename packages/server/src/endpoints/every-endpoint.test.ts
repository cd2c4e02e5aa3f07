import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { channelOf, openTestGateway, snapshotOf } from '../relay/testing/gateway.ts';
import { endpoints } from './index.ts';
import { setStage } from './testing/stage.ts';

/** What holds for each line of the table, whatever it is asked. */

const stage = setStage();

/** What tells clients of one protocol from those of another at the same path. */
const headers: Readonly<Record<string, string>> = {
  'anthropic-version': '2023-06-01',
  'x-goog-api-key': 'sk-test',
  'x-goog-upload-command': 'start',
};

test('what is no request is refused in the protocol of whoever sends it, before anybody is asked, and costs nothing', async () => {
  const up = await stage.upstream((response) => void response.writeHead(500).end());
  const providers = ['openai', 'anthropic', 'gemini'] as const;
  const channels = providers.map((provider) =>
    channelOf({
      id: provider,
      provider,
      baseUrl: provider === 'openai' ? up.baseUrl : up.baseUrl.replace(/\/v1$/, ''),
    }),
  );
  const gate = await openTestGateway(snapshotOf(channels, defaultSettings));
  stage.close(gate);
  const words = { type: 'x', code: 'x', message: 'x', param: null, status: 400 } as const;
  const odd: unknown[] = [];
  for (const { id, routes, errors, body, open } of endpoints) {
    // What is passed on as it comes may be anything.
    if (open !== undefined || body === 'stream') continue;
    for (const { method, path, header, query } of routes) {
      if (method !== 'POST' && method !== 'PATCH') continue;
      const at = `${path.replaceAll(/\{\w+\+?\}/g, 'm')}${query ? `?${new URLSearchParams(query).toString()}` : ''}`;
      const response = await fetch(gate.url(at), {
        method,
        headers: {
          authorization: 'Bearer sk-test',
          'content-type': 'application/json',
          ...(header !== undefined && { [header]: headers[header] ?? '' }),
        },
        body: '{',
      });
      const told = (await response.json()) as object;
      const shape = Object.keys(errors.writeError(words, 'req_1')).toSorted();
      const isRefused = response.status >= 400 && response.status < 500;
      if (!isRefused || Object.keys(told).toSorted().join() !== shape.join())
        odd.push([id, body, at, response.status, told]);
    }
  }
  expect(odd).toEqual([]);
  expect(up.received).toEqual([]);
  expect(gate.records.filter(({ charge }) => charge !== undefined)).toEqual([]);
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
});

import { expect, test } from 'bun:test';
import type { Target } from '../../domain/rank-channels.ts';
import { openTokenCache } from '../../providers/shared/token-cache.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { channelOf } from '../testing/gateway.ts';
import { authenticate } from './authenticate.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const clock = { now: () => at, elapsed: () => 0 };
const deps = {
  clock,
  tokens: openTokenCache({ ask: () => Promise.reject(new Error('nobody')), now: clock.now }),
  log: { warn: () => undefined, error: () => undefined },
};

function targetOf(provider: string, values: Readonly<Record<string, string>>): Target {
  const channel = channelOf({ id: 'a', baseUrl: 'https://api.example/base', provider });
  return { channel, credential: { index: 0, values, enabled: true } };
}

const request: UpstreamRequest = {
  origin: { tls: true, host: '::1', port: 8443, proxy: undefined },
  method: 'POST',
  path: '/base/model/m/converse',
  headers: { accept: '*/*', authorization: 'of an override' },
  body: new TextEncoder().encode('{}'),
  connectTimeoutMs: 1,
};

test('a request that needs no signature is sent as it is, at once', () => {
  expect(authenticate(deps, targetOf('openai', { apiKey: 'k' }), request)).toBe(request);
  expect(authenticate(deps, targetOf('bedrock', { apiKey: 'k' }), request)).toBe(request);
});

test('a signature goes over the other headers, and nothing else is changed', async () => {
  const promised = authenticate(deps, targetOf('bedrock', { accessKeyId: 'AKID', secretAccessKey: 's' }), request);
  expect(promised).toBeInstanceOf(Promise);
  expect(await promised).toEqual({
    ...request,
    headers: {
      accept: '*/*',
      'x-amz-date': '20260102T030405Z',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKID\/20260102\/us-east-1\/bedrock\//,
      ) as string,
    },
  });
});

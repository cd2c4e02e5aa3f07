import { expect, test } from 'bun:test';
import { signed, type BuiltRequest } from './upstream-request.ts';
import type { Candidate } from '../request-context.ts';
import { channelOf } from '../testing/gateway.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);

function candidateOf(provider: string, values: Readonly<Record<string, string>>): Candidate {
  const channel = channelOf({ id: 'a', baseUrl: 'https://api.example/base', provider });
  const [dialect] = channel.provider.dialects;
  const credential = { index: 0, values, enabled: true };
  return {
    target: { channel, credential },
    mode: 'translate',
    dialect,
    upstreamModel: 'm',
    price: undefined,
    reasoning: undefined,
  };
}

const built: BuiltRequest = {
  request: {
    origin: { tls: true, host: '::1', port: 8443, proxy: undefined },
    method: 'POST',
    path: '/base/model/m/converse',
    headers: { accept: '*/*', authorization: 'of an override' },
    body: new TextEncoder().encode('{}'),
    connectTimeoutMs: 1,
  },
  translated: undefined,
};

test('a request that needs no signature is sent as it is, at once', () => {
  expect(signed(built, candidateOf('openai', { apiKey: 'k' }), at)).toBe(built);
  expect(signed(built, candidateOf('bedrock', { apiKey: 'k' }), at)).toBe(built);
});

test('a signature goes over the other headers, and nothing else is changed', async () => {
  const promised = signed(built, candidateOf('bedrock', { accessKeyId: 'AKID', secretAccessKey: 's' }), at);
  expect(promised).toBeInstanceOf(Promise);
  const { request } = await promised;
  expect(request).toEqual({
    ...built.request,
    headers: {
      accept: '*/*',
      'x-amz-date': '20260102T030405Z',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKID\/20260102\/us-east-1\/bedrock\//,
      ) as string,
    },
  });
});

test('a credential that cannot sign fails the request, not the process', () => {
  const unfit = candidateOf('bedrock', { accessKeyId: 'AKID' });
  expect(() => signed(built, unfit, at)).toThrow('access key');
});

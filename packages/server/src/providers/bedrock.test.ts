import { describe, expect, test } from 'bun:test';
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { baseUrlOf } from '../domain/base-url.ts';
import { upstreamNameOf } from '../domain/upstream-name.ts';
import { bedrock } from './bedrock.ts';
import { authenticationFor } from './auth.ts';
import { pathFor } from './path.ts';
import { signV4, type UnsignedCall } from './shared/sigv4.ts';

// AWS's own example key. https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
const accessKeyId = 'AKIDEXAMPLE';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const credential = { accessKeyId, secretAccessKey };
const settings = { region: 'eu-west-1' };

/** The hash that AWS's signer wants given. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : Buffer.from(data as Uint8Array));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
  reset(): void {}
}

/** The call as AWS's own signer signs it, over the same headers. */
async function byAws(call: UnsignedCall, sessionToken?: string): Promise<string | undefined> {
  const { hostname, host, port, pathname, protocol } = new URL(call.url);
  const signer = new SignatureV4({
    credentials: { ...credential, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: settings.region,
    service: 'bedrock',
    sha256: Sha256,
    applyChecksum: false,
  });
  const amazon = Object.entries(call.headers).filter(([name]) => name.startsWith('x-amz'));
  const signed = await signer.sign(
    {
      method: call.method,
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      path: pathname,
      query: {},
      headers: { host, ...Object.fromEntries(amazon) },
      body: call.body,
    },
    { signingDate: new Date(call.at) },
  );
  return signed.headers['authorization'];
}

const arn = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3';
const callOf = (model: string, more: Partial<UnsignedCall> = {}): UnsignedCall => ({
  method: 'POST',
  url: `https://bedrock-runtime.eu-west-1.amazonaws.com${pathFor(bedrock.dialects[0], 'chat', { model, settings, stream: true }) ?? ''}`,
  headers: { 'content-type': 'application/json', accept: '*/*' },
  body: new TextEncoder().encode('{"messages":[]}'),
  at: Date.UTC(2026, 10, 25, 22, 1, 2, 345),
  ...more,
});

/** The call as it is signed with this credential; undefined where it is not. */
async function sign(call: UnsignedCall, values: Readonly<Record<string, string>>) {
  const { perCall } = authenticationFor(bedrock, values, settings);
  return perCall?.by === 'sigv4' ? await signV4(call, perCall, values, settings) : undefined;
}

describe('Bedrock’s signature', () => {
  test.each([
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', {}],
    [arn, {}],
    ['m', { url: 'http://127.0.0.1:4321/model/m/converse' }],
    ['m', { url: 'https://vpce-1.bedrock-runtime.eu-west-1.vpce.amazonaws.com/base/model/a%2Fb/converse' }],
    ['m', { headers: { 'x-amzn-trace': 'a  b', 'x-amz-meta': 'ü' } }],
    ['m', { body: new Uint8Array() }],
  ])('is AWS’s own: %s %j', async (model, more) => {
    const call = callOf(model, more);
    const headers = await sign(call, credential);
    expect(headers?.['authorization']).toBe((await byAws(call)) ?? '');
    expect(headers?.['authorization']).toStartWith(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/eu-west-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date',
    );
    expect(headers?.['x-amz-date']).toBe('20261125T220102Z');
    for (const name of ['host', 'content-length', 'content-type', 'accept']) expect(headers).not.toHaveProperty(name);
  });

  test('is AWS’s own whatever the body and the time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
        fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/),
        async (body, date, sessionToken) => {
          const call = callOf('m', { body, at: date.getTime() });
          const headers = await sign(call, { ...credential, sessionToken });
          expect(headers?.['authorization']).toBe((await byAws(call, sessionToken)) ?? '');
          expect(headers?.['x-amz-security-token']).toBe(sessionToken);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('is not made for an API key, which is a bearer token', () => {
    expect(authenticationFor(bedrock, { apiKey: 'bedrock-key' }, settings)).toEqual({
      headers: { authorization: 'Bearer bedrock-key' },
      query: '',
      perCall: undefined,
    });
    expect(authenticationFor(bedrock, credential, settings)).toMatchObject({ headers: {}, query: '' });
  });
});

test.each([
  [{ accessKeyId, secretAccessKey }, true],
  [{ accessKeyId, secretAccessKey, sessionToken: 'token', apiKey: '' }, true],
  [{ apiKey: 'key' }, true],
  [{}, false],
  [{ accessKeyId }, false],
  [{ secretAccessKey, apiKey: '' }, false],
  [{ accessKeyId, secretAccessKey, apiKey: 'key' }, false],
  [{ apiKey: 'key', sessionToken: 'token' }, false],
])('a credential is an access key or an API key: %j', (values, ok) => {
  expect(bedrock.credential.safeParse(values).success).toBe(ok);
  // As the configuration checks it.
  expect(bedrock.credential.strict().safeParse(values).success).toBe(ok);
});

test.each([
  ['eu', 'anthropic.claude-sonnet-4-5-20250929-v1:0', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['global', 'amazon.nova-pro-v1:0', 'global.amazon.nova-pro-v1:0'],
  ['eu', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['apac', arn, arn],
  ['', 'amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
])('the profile %p makes of %s what runs there', (profile, model, written) => {
  expect(upstreamNameOf(bedrock, bedrock.settings.parse({ profile }), model)).toBe(written);
});

test('the region is in the base URL, and must be one', () => {
  expect(baseUrlOf(bedrock, bedrock.settings.parse({}))).toBe('https://bedrock-runtime.us-east-1.amazonaws.com');
  expect(baseUrlOf(bedrock, { region: 'us-gov-west-1' })).toBe('https://bedrock-runtime.us-gov-west-1.amazonaws.com');
  for (const region of ['evil.example/', 'us-east-1.', 'US-EAST-1', ''])
    expect(bedrock.settings.safeParse({ region }).success).toBe(false);
});

test.each([
  ['anthropic.claude-sonnet-4-5-20250929-v1:0', false, '/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse'],
  [
    arn,
    true,
    '/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3/converse-stream',
  ],
])('%s is one segment of the path', (model, stream, path) => {
  expect(pathFor(bedrock.dialects[0], 'chat', { model, settings, stream })).toBe(path);
  expect(pathFor(bedrock.dialects[0], 'completions', { model, settings, stream })).toBeUndefined();
});

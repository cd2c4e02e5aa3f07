import { expect, test } from 'bun:test';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { ownToken } from './own-tokens.ts';
import { signVolc } from './volc-signature.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);

test('an account signs a token for itself, once for many calls, and another in time', async () => {
  const auth = {
    by: 'jwt',
    issuer: 'accessKey',
    secret: 'secretKey',
    lifeSeconds: 1800,
    placed: { by: 'bearer' },
  } as const;
  const credential = { accessKey: 'AK', secretKey: 'a secret of thirty-two characters' };
  const token = await ownToken(auth, credential, at);
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
  const key = new TextEncoder().encode(credential.secretKey);
  const { payload } = await jwtVerify(token, key, { currentDate: new Date(at) });
  expect(payload).toEqual({ iss: 'AK', exp: at / 1000 + 1800, nbf: at / 1000 - 5 });
  expect(await ownToken(auth, credential, at + 1_000_000)).toBe(token);
  expect(await ownToken(auth, credential, at + 1_500_000)).not.toBe(token);
});

test('Volcengine’s signature is as its own SDK makes it', async () => {
  const headers = await signVolc(
    {
      method: 'POST',
      url: 'https://visual.volcengineapi.com/?Action=CVSync2AsyncSubmitTask&Version=2022-08-31',
      headers: {},
      body: new TextEncoder().encode('{"req_key":"jimeng_t2v_v30","prompt":"A cat"}'),
      at,
    },
    { by: 'volc', service: 'cv', region: 'region', accessKeyId: 'id', secretAccessKey: 'secret' },
    { id: 'AKLTtest', secret: 'c2VjcmV0' },
    { region: 'cn-north-1' },
  );
  expect(headers['x-date']).toBe('20260102T030405Z');
  expect(headers['authorization']).toBe(
    'HMAC-SHA256 Credential=AKLTtest/20260102/cn-north-1/cv/request, SignedHeaders=host;x-content-sha256;x-date, ' +
      'Signature=49dee5953f338017b698694a0e82ab8fc34263c9f8b9a9b4e33497e17e62b57e',
  );
});

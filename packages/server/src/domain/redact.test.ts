import { expect, test } from 'bun:test';
import { redact } from './redact.ts';

test.each([
  ['connect to https://api.internal.example.com/v1?key=abc failed', 'connect to *** failed'],
  ['Incorrect API key provided: sk-proj-abcdefgh1234. You can find', 'Incorrect API key provided: ***. You can find'],
  ['dial 10.0.3.7:8443 refused', 'dial *** refused'],
  ['host fe80:0:0:0:1:2:3:4 unreachable', 'host *** unreachable'],
  ['resource my-company.openai.azure.com not found', 'resource *** not found'],
  ['Authorization: Bearer abc.def.ghi-123', 'Authorization: Bearer ***'],
  ['org-AbC123xyz has no access', '*** has no access'],
  ['connect to 2001:db8::1 failed', 'connect to *** failed'],
  ['host gateway.corp.lan:8080 is down', 'host *** is down'],
  ['User: arn:aws:sts::123456789012:assumed-role/x/y may not', 'User: *** may not'],
  ['the key AKIAIOSFODNN7EXAMPLE is gone', 'the key *** is gone'],
  ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef expired', 'token *** expired'],
])('%s', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test.each([
  'max_tokens must be at most 4096',
  'The model gpt-3.5-turbo does not exist',
  'value 1.5 is out of range',
  'at 12:30:45',
  'std::vector is unknown',
])('leaves ordinary words alone: %s', (text) => {
  expect(redact(text)).toBe(text);
});

test('takes out exact secrets whatever they look like', () => {
  expect(redact('the key hunter2hunter2 is wrong', ['hunter2hunter2'])).toBe('the key *** is wrong');
});

test('takes them out in any case', () => {
  expect(redact('at API.Inner.Example', ['api.inner.example'])).toBe('at ***');
  expect(redact('the key is (a+b)*C', ['(A+B)*c'])).toBe('the key is ***');
});

test.each(['a.', 'a-', 'a-a.', 'abcd:', 'a::', '['])('does not choke on %s, over and over', (piece) => {
  // Backtracking would take minutes here, which the time limit of tests notices.
  expect(redact(piece.repeat(200_000 / piece.length), ['hunter2hunter2'])).not.toBe('');
});

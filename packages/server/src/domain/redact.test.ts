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
])('%s', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test.each([
  'max_tokens must be at most 4096',
  'The model gpt-3.5-turbo does not exist',
  'value 1.5 is out of range',
  'at 12:30:45',
])('leaves ordinary words alone: %s', (text) => {
  expect(redact(text)).toBe(text);
});

test('takes out exact secrets whatever they look like', () => {
  expect(redact('the key hunter2hunter2 is wrong', ['hunter2hunter2'])).toBe('the key *** is wrong');
});

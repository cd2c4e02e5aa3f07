import { expect, test } from 'bun:test';
import { cutAtWord } from '@tollgate/wire/text';
import fc from 'fast-check';
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

test('law: a secret that stands across the cut of a text does not leave its head behind', () => {
  const secret = fc.oneof(
    fc.stringMatching(/^[\w.+/=-]{12,80}$/),
    // Keys of service accounts have lines, and passwords anything.
    fc.string({ minLength: 12, maxLength: 60 }),
    fc.constant(`-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0B\n'.repeat(20)}-----END PRIVATE KEY-----`),
  );
  fc.assert(
    fc.property(secret, fc.nat(900), fc.constantFrom(' ', '"', '/', 'x'), (hidden, before, edge) => {
      const text = `${'word '.repeat(200).slice(0, before)}${edge}${hidden}${edge} ${'more '.repeat(300)}`;
      const told = redact(cutAtWord(text, 900), [hidden]);
      expect(told.length).toBeLessThan(910);
      // Four characters say nothing; words of the text itself may be in the secret by chance.
      const head = hidden.slice(0, 5).toLowerCase();
      fc.pre(!text.replace(hidden, '').toLowerCase().includes(head));
      expect(told.toLowerCase()).not.toContain(head);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  'sk-proj-abcdefgh1234',
  'AKIAIOSFODNN7EXAMPLE',
  'Bearer abc.def.ghi',
  'https://inner.example/x',
  'eyJhbGciOiJIUzI1',
])('no head of %s is left where a text is cut within it', (secret) => {
  for (let cut = 1; cut < secret.length; cut++)
    expect(redact(cutAtWord(`The key ${secret} is wrong.`, 'The key '.length + cut))).toMatch(
      /^The key (?:\*\*\*|Bearer )?…$/,
    );
});

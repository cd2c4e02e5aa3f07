import { expect, test } from 'bun:test';
import { changedCount, channelBody, freshDraft, hostOf, trialBody, type Provider } from './draft.ts';

const provider: Provider = {
  id: 'acme',
  label: 'Acme',
  docs: 'https://acme.example/docs',
  baseUrl: 'https://api.acme.example/v1',
  protocols: ['p'],
  keyPrefixes: [],
  keyPatterns: [],
  keyField: 'apiKey',
  listsModels: true,
  holdsModels: false,
  accountLogin: false,
  accountLoginWays: [],
  tellsBalance: false,
  credential: { type: 'object', properties: { apiKey: { type: 'string', secret: true } }, required: ['apiKey'] },
  settings: {
    type: 'object',
    properties: { region: { type: 'string' }, beta: { type: 'boolean' } },
    required: ['region'],
  },
};

test('a trial asks by the account alone, and the channel is made of the same', () => {
  const draft = { ...freshDraft, credential: { apiKey: ' k ' }, settings: { region: 'eu', beta: 'true' } };
  const asked = { provider: 'acme', credentials: [{ apiKey: 'k' }], settings: { region: 'eu', beta: true } };
  expect(trialBody(provider, draft)).toEqual(asked);
  expect(trialBody(provider, { ...draft, baseUrl: ' http://x/v1 ' })).toEqual({ ...asked, baseUrl: 'http://x/v1' });
  expect(channelBody(provider, { ...draft, models: ['m'] }, false)).toEqual({
    ...asked,
    name: 'acme',
    models: ['m'],
    groups: ['default'],
    tags: [],
    priority: 0,
    weight: 1,
    enabled: false,
  });
  expect(trialBody(provider, freshDraft).credentials).toEqual([]);
});

test('what is folded away is counted where it is not as most channels have it', () => {
  expect(changedCount(provider, { ...freshDraft, settings: { region: 'eu' }, models: ['m'] })).toBe(0);
  const odd = { ...freshDraft, name: 'x', tags: ['t'], priority: 5, baseUrl: 'http://x', settings: { beta: 'true' } };
  expect(changedCount(provider, odd)).toBe(5);
  // An address that every channel of the provider must give stands open, and is not counted.
  expect(changedCount({ ...provider, baseUrl: null }, odd)).toBe(4);
});

test('a provider is told by its host', () => {
  expect(hostOf(provider)).toBe('api.acme.example');
  expect(hostOf({ baseUrl: null })).toBeUndefined();
});

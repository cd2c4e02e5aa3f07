import { settingsTree } from '@tollgate/contract/settings';
import { expect, test } from 'bun:test';
import { clientLinks, knownClients } from './clients.ts';

const facts = { root: 'https://gate.example/a', key: 'sk-"1"', model: 'm&m' };
const leaf = settingsTree.find('site.clients');

test('every client that the console knows is one that the setting takes, and gets the key', () => {
  expect(leaf?.schema.safeParse(knownClients).success).toBe(true);
  const links = clientLinks(knownClients, facts);
  expect(links).toHaveLength(knownClients.length);
  for (const { href } of links) {
    expect(decodeURIComponent(href)).toContain('https://gate.example/a');
    expect(href).toContain('sk-%221%22');
    expect(href).not.toContain('m&m');
  }
});

test('what carries JSON is JSON once it is decoded', () => {
  const [link] = clientLinks(
    knownClients.filter((text) => text.startsWith('LobeChat')),
    { ...facts, key: 'sk-1' },
  );
  const settings: unknown = JSON.parse(new URL(link?.href ?? '').searchParams.get('settings') ?? '');
  expect(settings).toEqual({ keyVaults: { openai: { apiKey: 'sk-1', baseURL: 'https://gate.example/a/v1' } } });
});

test.each([
  'Evil|javascript:alert(1)',
  'Evil|JavaScript:x',
  'Evil| data:text/html,x',
  'none',
  '|https://x.example',
  'A|b',
])('%p is no client', (text) => {
  expect(leaf?.schema.safeParse([text]).success).toBe(false);
});

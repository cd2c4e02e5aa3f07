import { expect, test } from 'bun:test';
import { createConsoleSite } from './console-site.ts';

const file = (text: string, type: string) => ({ bytes: new TextEncoder().encode(text), type });
const files = new Map([
  ['/index.html', file('<!doctype html><!--base--><p>app</p>', 'text/html')],
  ['/assets/app-3f2a91bc.js', file('plain', 'text/javascript')],
  ['/assets/app-3f2a91bc.js.br', file('brotli', 'application/octet-stream')],
  ['/assets/app-3f2a91bc.js.gz', file('gzip', 'application/gzip')],
]);
const site = createConsoleSite(() => files);
const get = (path: string, accept = '') =>
  site(new Request(`http://x${path}`, { headers: { 'accept-encoding': accept } }), path);

test.each([
  ['gzip, deflate, br, zstd', 'br', 'brotli'],
  ['gzip', 'gzip', 'gzip'],
  ['identity', null, 'plain'],
])('assets go out packed as the browser takes them: %s', async (accept, encoding, text) => {
  const answer = get('/assets/app-3f2a91bc.js', accept);
  expect(answer.headers.get('content-encoding')).toBe(encoding);
  expect(answer.headers.get('content-type')).toStartWith('text/javascript');
  expect(answer.headers.get('vary')).toBe('accept-encoding');
  expect(answer.headers.get('cache-control')).toContain('immutable');
  expect(await answer.text()).toBe(text);
});

test('any other path is the page, but a missing asset is none', async () => {
  expect(await get('/keys').text()).toContain('app');
  expect(get('/assets/gone-12345678.js').status).toBe(404);
});

test.each([
  ['/', './'],
  ['/keys', './'],
  ['/keys/key_1', '../'],
  ['/channels/ch_1/models', '../../'],
])('the page at %s finds its root at %s, whatever prefix a proxy took off', async (path, root) => {
  expect(await get(path).text()).toContain(`<base href="${root}" />`);
});

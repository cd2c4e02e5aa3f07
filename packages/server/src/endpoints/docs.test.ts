import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import type { Endpoint } from '../relay/endpoint.ts';
import { endpoints } from './index.ts';

const page = new URL('../../../../docs/endpoints.md', import.meta.url);

/** The addresses of an endpoint; those that only repeat all others under a prefix are told by the prefix. */
const addresses = (routes: Endpoint['routes']): string => {
  const paths = new Set(routes.map(({ path }) => path));
  const prefixes = [...new Set(routes.map(({ path }) => `/${path.split('/')[1] ?? ''}`))].filter((prefix) => {
    const under = routes.filter(({ path }) => path.startsWith(`${prefix}/`));
    return under.every(({ path }) => paths.has(path.slice(prefix.length)));
  });
  const own = routes.filter(({ path }) => !prefixes.some((prefix) => path.startsWith(`${prefix}/`)));
  const listed = (some: Endpoint['routes']) => some.map(({ method, path }) => `\`${method} ${path}\``).join(', ');
  return prefixes.length === 0 || routes.length !== own.length * (prefixes.length + 1)
    ? listed(routes)
    : `${listed(own)}; each also under ${prefixes.map((prefix) => `\`${prefix}\``).join(', ')}`;
};

/** Of those that take less than the gateway. */
const upTo = (bytes: number | undefined): string => (bytes === undefined ? '' : `, up to ${bytes / (1 << 20)} MiB`);

/** What docs/endpoints.md must hold, word for word. */
const table = [
  '| endpoint | reached at | body | answers | translated | costs |',
  '|---|---|---|---|---|---|',
  ...endpoints.map(
    ({ title, routes, body, maxBodyBytes, answers, translation, charged, serveSocket }) =>
      `| ${title} | ${addresses(routes)} | ${body}${upTo(maxBodyBytes)} | ${answers.join(', ')} | ${(translation ?? serveSocket) ? 'yes' : 'no'} | ${charged ? 'by its usage' : serveSocket ? 'each answer by its usage' : 'nothing'} |`,
  ),
].join('\n');

test('docs/endpoints.md lists every endpoint', () => {
  expect(readFileSync(page, 'utf8')).toContain(table);
});

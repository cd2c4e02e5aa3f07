import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { endpoints } from './index.ts';

const page = new URL('../../../../docs/endpoints.md', import.meta.url);

/** What docs/endpoints.md must hold, word for word. */
const table = [
  '| endpoint | reached at | body | answers | translated | costs |',
  '|---|---|---|---|---|---|',
  ...endpoints.map(
    ({ title, routes, body, answers, translation, charged, serveSocket }) =>
      `| ${title} | ${routes.map(({ method, path }) => `\`${method} ${path}\``).join(', ')} | ${body} | ${answers.join(', ')} | ${(translation ?? serveSocket) ? 'yes' : 'no'} | ${charged ? 'by its usage' : serveSocket ? 'each answer by its usage' : 'nothing'} |`,
  ),
].join('\n');

test('docs/endpoints.md lists every endpoint', () => {
  expect(readFileSync(page, 'utf8')).toContain(table);
});

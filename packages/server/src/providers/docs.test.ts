import { afterAll, expect, test } from 'bun:test';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rendered } from '../../scripts/generated-parts.ts';
import { pages } from '../../scripts/providers-docs.ts';
import type { AnyProvider } from './define.ts';
import { providers } from './index.ts';
import { openaiCompatible, type CompatibleVendor } from './shared/openai-compatible.ts';
import { describeDialects } from './testing/dialects.ts';
import { describeProvider } from './testing/contract-suite.ts';

// The examples of docs/providers.md, run as they stand there but for where their imports are found.
const page = await readFile(new URL('../../../../docs/providers.md', import.meta.url), 'utf8');
const directory = await mkdtemp(join(tmpdir(), 'tollgate-docs-'));
afterAll(() => rm(directory, { recursive: true }));

async function example(name: string): Promise<AnyProvider> {
  const code = new RegExp(`\`\`\`ts\n// packages/server/src/providers/${name}\n(.*?)\`\`\``, 's').exec(page)?.[1];
  if (code === undefined) throw new Error(`docs/providers.md has no example ${name}`);
  const path = join(directory, name);
  await writeFile(path, code.replaceAll("from './", `from '${new URL('./', import.meta.url).href}`));
  const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, AnyProvider>>;
  const [provider] = Object.values(module);
  if (!provider) throw new Error(`the example ${name} exports nothing`);
  return provider;
}

const bearer = { authorization: 'Bearer sk-test' };

/** The row for the table of compatible vendors. */
async function exampleRow(id: string): Promise<AnyProvider> {
  const row = new RegExp(`\`\`\`ts\n(  \\{\n    id: '${id}',\n.*?)\`\`\``, 's').exec(page)?.[1];
  if (row === undefined) throw new Error(`docs/providers.md has no row of ${id}`);
  const path = join(directory, `${id}.ts`);
  await writeFile(path, `export const rows = [${row}];`);
  const { rows } = (await import(pathToFileURL(path).href)) as { readonly rows: readonly CompatibleVendor[] };
  const [vendor] = rows;
  if (!vendor) throw new Error(`the row of ${id} is none`);
  return openaiCompatible(vendor);
}

const row = await exampleRow('example');
const quirky = await example('example-quirky.ts');
const examples = [
  {
    provider: row,
    fixtures: { headers: bearer, paths: { chat: '/chat/completions', completions: '/completions' } },
  },
  {
    provider: quirky,
    fixtures: {
      headers: bearer,
      paths: { chat: '/chat/completions' },
      quirks: [{ model: 'm', body: { model: 'm', max_completion_tokens: 1 }, becomes: { model: 'm', max_tokens: 1 } }],
    },
  },
];
for (const { provider, fixtures } of examples) describeProvider(provider, fixtures);
describeDialects(examples);

test('the page’s table is fresh; else run: bun packages/server/scripts/providers-docs.ts', () => {
  const [fresh] = pages.map((one) => rendered(one, page));
  expect(fresh).toBe(page);
  for (const { id } of providers) expect(page).toContain(`| \`${id}\` |`);
  expect(quirky.dialects[0].streamUsage).toBe(false);
});

import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { settingsTree } from '@tollgate/contract/settings';
import { formatProblem, readConfigFile } from '../src/services/apply/read-config-file.ts';
import { pages } from './configuration-docs.ts';
import { rendered } from './generated-parts.ts';

test('the generated tables are fresh; else run: bun packages/server/scripts/configuration-docs.ts', () => {
  for (const page of pages) {
    const text = readFileSync(page.at, 'utf8');
    expect(rendered(page, text)).toBe(text);
  }
});

test('every example of a config file is a right one', () => {
  const text = pages.map(({ at }) => readFileSync(at, 'utf8')).join('\n');
  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example]) => example ?? '');
  expect(examples.length).toBeGreaterThan(3);
  const env = { OPENAI_API_KEY: 'a', OPENAI_API_KEY_2: 'b', AZURE_KEY: 'c', PROXY_PASSWORD: 'd' };
  for (const example of examples) {
    const read = readConfigFile({ text: example, env }, settingsTree);
    expect('problems' in read ? read.problems.map(formatProblem) : []).toEqual([]);
  }
});

import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { formatProblem, readConfigFile } from '../src/services/apply/read-config-file.ts';
import { page, rendered } from './configuration-docs.ts';

const text = readFileSync(page, 'utf8');

test('the generated tables are fresh; else run: bun packages/server/scripts/configuration-docs.ts', () => {
  expect(rendered(text)).toBe(text);
});

test('every example of a config file is a right one', () => {
  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example]) => example ?? '');
  expect(examples.length).toBeGreaterThan(2);
  const env = { OPENAI_API_KEY: 'a', OPENAI_API_KEY_2: 'b', AZURE_KEY: 'c', PROXY_PASSWORD: 'd' };
  for (const example of examples) {
    const read = readConfigFile({ text: example, env });
    expect('problems' in read ? read.problems.map(formatProblem) : []).toEqual([]);
  }
});

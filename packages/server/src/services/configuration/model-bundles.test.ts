import { expect, test } from 'bun:test';
import { modelBundleInputSchema } from '@tollgate/contract/api/model-bundles';
import { Refusal } from '../../domain/refusal.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import { apply } from '../apply/apply.ts';
import { formatPlan } from '../apply/plan.ts';
import { formatProblem } from '../apply/read-config-file.ts';
import { listAudit } from './list-audit.ts';
import { createModelBundle, deleteModelBundle, listModelBundles, updateModelBundle } from './model-bundles.ts';
import { testContext } from './testing/configuration.ts';

const input = (name: string, models: readonly string[]) => modelBundleInputSchema.parse({ name, models });
const refusal = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'not refused',
    (thrown: unknown) => (thrown instanceof Refusal ? `${thrown.code}: ${thrown.message}` : String(thrown)),
  );

eachDatabase('bundles of models', (open) => {
  test('are made, renamed, changed and removed, each with its entry in the audit log', async () => {
    const context = await testContext(await open());
    await createModelBundle(context, 'user:1', input('旗舰 models', ['b', 'a', 'b']));
    expect(await listModelBundles(context)).toMatchObject([{ name: '旗舰 models', models: ['b', 'a'], owner: null }]);
    await createModelBundle(context, 'user:1', input('Small', ['mini']));
    // Names that differ in case alone are two.
    await createModelBundle(context, 'user:1', input('small', ['nano']));

    const taken = 'conflict: There is a bundle "Small" already.';
    expect(await refusal(createModelBundle(context, 'user:1', input('Small', ['other'])))).toBe(taken);
    expect(await refusal(updateModelBundle(context, 'user:1', 'small', { name: 'Small' }))).toBe(taken);
    expect(await refusal(updateModelBundle(context, 'user:1', 'gone', { models: ['a'] }))).toStartWith('not_found');

    await updateModelBundle(context, 'user:1', '旗舰 models', { name: 'Flagship' });
    await updateModelBundle(context, 'user:1', 'Flagship', { description: 'The best', models: ['c'] });
    await deleteModelBundle(context, 'user:1', 'small');
    expect(await refusal(deleteModelBundle(context, 'user:1', 'small'))).toStartWith('not_found');
    expect(await listModelBundles(context)).toMatchObject([
      { name: 'Flagship', description: 'The best', models: ['c'] },
      { name: 'Small', models: ['mini'] },
    ]);
    const entries = await listAudit(context, { limit: 3 }, 'root');
    expect(entries.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      'bundle.delete bundle:small',
      'bundle.update bundle:Flagship',
      'bundle.update bundle:旗舰 models',
    ]);
  });
});

onSqlite('bundles of models in a config file', (open) => {
  test('are made, changed and taken away as the file says, and are the file’s meanwhile', async () => {
    const context = await testContext(await open());
    const run = async (text: string): Promise<string> => {
      const result = await apply(context, { text, env: {}, source: 'tollgate.yaml' });
      return 'plan' in result ? formatPlan(result.plan) : result.problems.map(formatProblem).join('\n');
    };
    const file = (models: string): string => `modelBundles:\n  - { name: Flagship, models: [${models}] }\n`;
    expect(await run(file('a, b'))).toContain('+ model bundle Flagship');
    expect(await run(file('a, b'))).toContain('0 to create, 0 to update, 0 to delete, 1 unchanged');
    expect(await run(file('a'))).toContain('models: ["a","b"] -> ["a"]');
    expect(await listModelBundles(context)).toMatchObject([
      { name: 'Flagship', models: ['a'], owner: 'file:tollgate.yaml' },
    ]);
    expect(await run(`${file('a')}  - { name: Flagship, models: [b] }\n`)).toContain('"Flagship" is there twice');
    expect(await refusal(deleteModelBundle(context, 'user:1', 'Flagship'))).toStartWith('owned_by_file');
    expect(await run('modelBundles: []')).toContain('- model bundle Flagship');
    expect(await listModelBundles(context)).toEqual([]);
  });
});

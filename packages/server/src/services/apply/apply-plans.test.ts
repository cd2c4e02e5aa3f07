import { expect, test } from 'bun:test';
import { planRepository } from '../../store/subscriptions/plans.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { testContext } from '../configuration/testing/configuration.ts';
import { inputOf, termsOf } from '../subscriptions/terms.ts';
import { apply, type ApplyResult } from './apply.ts';
import { formatPlan } from './plan.ts';
import { formatProblem } from './read-config-file.ts';

const file = (price: string): string => `plans:
  - name: Pro
    priceUsd: ${price}
    amount: 30.5
    reset: week
    timeZone: Asia/Shanghai
    group: default
    models: [gpt-4o]
`;

const said = (result: ApplyResult): string =>
  'plan' in result ? formatPlan(result.plan) : result.problems.map(formatProblem).join('\n');

eachDatabase('plans in a config file', (open) => {
  test('are made, changed and taken away as the file says', async () => {
    const context = await testContext(await open());
    const run = async (text: string) => said(await apply(context, { text, env: {}, source: 'tollgate.yaml' }));
    expect(await run(file('20'))).toContain('+ plan Pro');
    expect(await run(file('20'))).toContain('0 to update, 0 to delete, 1 unchanged');
    expect(await run(file('25'))).toContain('priceUsd: 20 -> 25');
    const [plan] = await planRepository.all(context.database.db);
    expect(plan && [plan.owner, termsOf(plan).price, termsOf(plan).amount, inputOf(plan).models]).toEqual([
      'file:tollgate.yaml',
      25_000_000_000n,
      30_500_000_000n,
      ['gpt-4o'],
    ]);
    expect(await run('plans: [{ name: X, priceUsd: 1, amount: 1, timeZone: Mars/Olympus }]')).toContain('no time zone');
    expect(await run('plans: [{ name: X, priceUsd: 1, amount: 1.5, unit: tokens }]')).toContain('whole number');
    expect(await run('groups: [{ name: default }]')).toContain('- plan Pro');
    expect(await planRepository.all(context.database.db)).toEqual([]);
  });
});

import { expect, test } from 'bun:test';
import { paymentMethodRepository } from '../../store/payments/methods.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { testContext } from '../configuration/testing/configuration.ts';
import { apply, type ApplyResult } from './apply.ts';
import { formatPlan } from './plan.ts';
import { formatProblem } from './read-config-file.ts';

const env = { EPAY_KEY: 'canary-key-1', NEW_KEY: 'canary-key-2' };

const file = (key: string, rate: string): string => `paymentMethods:
  - name: Alipay
    provider: epay
    currency: CNY
    rate: ${rate}
    discounts: [{ fromUsd: 100, percent: 5 }]
    settings: { siteUrl: "https://pay.example", merchantId: "1001" }
    secrets: { key: "\${${key}}" }
`;

const said = (result: ApplyResult): string =>
  'plan' in result ? formatPlan(result.plan) : result.problems.map(formatProblem).join('\n');

eachDatabase('payment methods in a config file', (open) => {
  test('are made, changed and taken away as the file says, and no secret is shown', async () => {
    const context = await testContext(await open());
    const run = async (text: string) => said(await apply(context, { text, env, source: 'tollgate.yaml' }));
    const first = await run(file('EPAY_KEY', '7.3'));
    expect(first).toContain('+ payment method Alipay');
    expect(first).not.toContain('canary');
    expect(await run(file('EPAY_KEY', '7.3'))).toContain('0 to update, 0 to delete, 1 unchanged');
    const changed = await run(file('NEW_KEY', '7.1'));
    expect(changed).toContain('rate: 7.3 -> 7.1');
    expect(changed).toContain('secrets.key: (secret) -> (secret), changed');
    const [method] = await paymentMethodRepository.all(context.database.db);
    expect([method?.rate, method?.owner, method?.discounts]).toEqual([
      7_100_000n,
      'file:tollgate.yaml',
      [{ from: 100_000_000_000n, group: undefined, percent: 5 }],
    ]);
    expect(await run('paymentMethods: [{ name: X, provider: nobody }]')).toContain('There is no payment provider');
    expect(await run('paymentMethods: [{ name: X, provider: epay, settings: {} }]')).toContain('settings.siteUrl');
    expect(await run('groups: [{ name: default }]')).toContain('- payment method Alipay');
    expect(await paymentMethodRepository.all(context.database.db)).toEqual([]);
  });
});

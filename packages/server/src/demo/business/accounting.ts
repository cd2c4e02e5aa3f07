import { billingAccountInputSchema } from '@tollgate/contract/api/reconciliation';
import { modelBundleInputSchema } from '@tollgate/contract/api/model-bundles';
import { createModelBundle } from '../../services/configuration/model-bundles.ts';
import { createBillingAccount } from '../../services/reconciliation/billing-accounts.ts';
import { dayMs, dayOf, takeCostFile } from '../../services/reconciliation/read-costs.ts';
import { sumUsage } from '../../store/usage-sums.ts';
import type { Deed } from '../month.ts';
import type { Company } from '../settle-in.ts';
import type { Stage } from '../stage.ts';

/** What providers charge beside what the books say, and the bundles of models that forms offer. */
export function accountingDeeds(stage: Stage, { root, channels }: Company): readonly Deed[] {
  const { accounts, configuration, foundation } = stage;
  const deps = { accounts, providers: configuration.providers };
  return [
    {
      daysAgo: 18.9,
      run: async () => {
        for (const bundle of bundles)
          await createModelBundle(configuration, root.label, modelBundleInputSchema.parse(bundle));
      },
    },
    ...billed.map(({ name, serves }, index): Deed => ({
      daysAgo: 0.3 - index / 100,
      run: async () => {
        const ids = channels.filter(({ input }) => serves.includes(input.name)).map(({ id }) => id);
        const input = billingAccountInputSchema.parse({ name, provider: '', channels: ids });
        const account = await createBillingAccount(deps, root.label, input);
        const to = dayOf(stage.at());
        const csv = await invoiceOf(stage, ids, { from: to - 27 * dayMs, to });
        if (csv !== undefined) await takeCostFile({ database: foundation.database, now: stage.at }, account.id, csv);
      },
    })),
  ];
}

/** As the books have it, but for rounding, a day that was billed late, and what was asked beside the gateway. */
async function invoiceOf(
  { foundation, dice }: Stage,
  channelIds: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<string | undefined> {
  const sums = await sumUsage(foundation.database, { from, to, channelIds }, ['day', 'model']);
  const lines = sums.flatMap(({ by: [day = '', model = ''], sums: { cost } }) => {
    const usd = (Number(cost) / 1e9) * (dice.chance(0.04) ? 1.3 : dice.around(1, 0.004));
    const date = new Date(Number(day)).toISOString().slice(0, 10);
    return cost <= 0n ? [] : [`${date},${model},${usd.toFixed(4)}`];
  });
  if (lines.length === 0) return undefined;
  const aside = new Date(to - 6 * dayMs).toISOString().slice(0, 10);
  return ['day,model,amount', ...lines, `${aside},whisper-1,1.8400`].join('\n');
}

const billed: readonly { readonly name: string; readonly serves: readonly string[] }[] = [
  { name: 'OpenAI, invoice by month', serves: ['openai-main', 'openai-backup'] },
  { name: 'Anthropic, card ending 4471', serves: ['anthropic-main', 'anthropic-research'] },
];

const bundles = [
  {
    name: 'Coding',
    description: 'What coding agents are given.',
    models: ['claude-sonnet-4-5', 'claude-opus-4-5', 'gpt-5.1', 'gpt-5-mini'],
  },
  { name: 'Small and fast', description: '', models: ['gpt-5-mini', 'gemini-2.5-flash', 'claude-haiku-4-5'] },
] as const;

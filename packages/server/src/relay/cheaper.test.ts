import { afterEach, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import type { BudgetRule } from '../domain/payers.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from './testing/gateway.ts';
import { answer, openScriptedUpstream, type ScriptedUpstream } from './testing/scripted-upstream.ts';

/** A cheaper model answers once a budget is nearly spent, where it can. */

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const big = { model: 'big', messages: [{ role: 'user', content: 'Hello' }] };

const budgetOf = (model: string | undefined, cheaper: BudgetRule['cheaper']): BudgetRule => ({
  policy: { id: 'bud_1', subject: 'bud_1', kind: 'limit', period: 'ever', order: 0 },
  model,
  ...(cheaper && { cheaper }),
});

async function house(): Promise<{ readonly gate: TestGateway; readonly upstream: ScriptedUpstream }> {
  const upstream = await openScriptedUpstream();
  open.push(upstream);
  const channel = channelOf({ id: 'one', baseUrl: upstream.baseUrl, models: { big: 'big-up', small: 'small-up' } });
  const gate = await openTestGateway(snapshotOf([channel], defaultSettings));
  open.push(gate);
  return { gate, upstream };
}

const use = (gate: TestGateway, ...budgets: readonly BudgetRule[]): void =>
  gate.changeKey({ payers: { allowances: [], budgets } });

test('it is asked, priced and named in the answer, in its stretch only', async () => {
  const { gate, upstream } = await house();
  use(gate, budgetOf('big', { model: 'small', stretch: '0' }));
  const answered = await gate.post(big);
  expect([answered.status, answered.headers.get('x-tollgate-cheaper-model')]).toEqual([200, 'small']);
  // Of another model the budget counts nothing, and of an earlier stretch it says nothing.
  use(gate, budgetOf('other', { model: 'small', stretch: '0' }));
  expect((await gate.post(big)).headers.get('x-tollgate-cheaper-model')).toBeNull();
  use(gate, budgetOf(undefined, { model: 'small', stretch: '1' }));
  await gate.post(big);
  use(gate, budgetOf(undefined, undefined));
  await gate.post(big);
  const sent = upstream.received.map(({ json }) => (json as { readonly model: string }).model);
  expect(sent).toEqual(['small-up', 'big-up', 'big-up', 'big-up']);
  await gate.recorded(4);
  expect(gate.records.map(({ modelAsked, modelServed }) => [modelAsked, modelServed])[0]).toEqual(['big', 'small-up']);
});

test('where it cannot answer, the model that was asked does', async () => {
  const { gate, upstream } = await house();
  use(gate, budgetOf(undefined, { model: 'nowhere', stretch: '0' }));
  expect((await gate.post(big)).status).toBe(200);
  gate.changeKey({ models: new Set(['big']) });
  use(gate, budgetOf(undefined, { model: 'small', stretch: '0' }));
  expect((await gate.post(big)).status).toBe(200);
  gate.changeKey({ models: undefined });
  // One that rests is no help either.
  upstream.behave(answer(429, { error: { message: 'slow' } }, { 'retry-after': '30' }));
  await gate.post({ ...big, model: 'small' });
  expect((await gate.post(big)).headers.get('x-tollgate-cheaper-model')).toBeNull();
});

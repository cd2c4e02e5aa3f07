import { expect, test } from 'bun:test';
import { z } from 'zod';
import { channelOf, openTestGateway, snapshotOf } from '../../relay/testing/gateway.ts';
import { presentBilling, presentToken } from './billing.ts';

const subscriptionSchema = z.object({ object: z.literal('billing_subscription'), hard_limit_usd: z.number() });

test('limit minus usage is what a key may still spend, in dollars and cents', () => {
  const key = { name: 'app', limited: true, models: new Set(['m']), expiresAt: undefined };
  const spending = { spent: 1_250_000_000n, left: 3_000_000_000n };
  expect(presentBilling('usage', spending, undefined)).toEqual({ object: 'list', total_usage: 125 });
  expect(presentBilling('subscription', spending, 5000)).toEqual({
    object: 'billing_subscription',
    has_payment_method: true,
    soft_limit_usd: 4.25,
    hard_limit_usd: 4.25,
    system_hard_limit_usd: 4.25,
    access_until: 5,
  });
  expect(presentToken(spending, key)).toEqual({
    code: true,
    message: 'ok',
    data: {
      object: 'token_usage',
      name: 'app',
      total_granted: 2_125_000,
      total_used: 625_000,
      total_available: 1_500_000,
      unlimited_quota: false,
      model_limits: { m: true },
      model_limits_enabled: true,
      expires_at: 0,
    },
  });
});

test('clients of OpenAI’s old paths find the balance there', async () => {
  const gate = await openTestGateway(
    snapshotOf([channelOf({ id: 'c', baseUrl: 'http://127.0.0.1:1', models: { m: 'm' } })]),
  );
  try {
    const read = async (path: string): Promise<unknown> => await (await gate.get(path)).json();
    const subscription = subscriptionSchema.parse(await read('/v1/dashboard/billing/subscription'));
    expect(subscription.hard_limit_usd).toBeGreaterThan(0);
    expect(await read('/v1/dashboard/billing/usage?start_date=2026-01-01')).toEqual({ object: 'list', total_usage: 0 });
    expect(await read('/dashboard/billing/usage')).toEqual({ object: 'list', total_usage: 0 });
    expect(await read('/api/usage/token/')).toMatchObject({ code: true, data: { total_used: 0 } });
    expect((await gate.get('/v1/dashboard/billing/other')).status).toBe(404);
    expect((await fetch(gate.url('/v1/dashboard/billing/usage'))).status).toBe(401);
  } finally {
    await gate.close();
  }
});

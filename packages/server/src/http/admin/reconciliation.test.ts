import { expect, test } from 'bun:test';
import type { Reconciliation } from '@tollgate/contract/api/reconciliation';
import { planDebits } from '../../domain/debits.ts';
import { walletMeter } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import { providers } from '../../providers/index.ts';
import { testId, testRecord } from '../../services/ledger/testing/ledger.ts';
import { rotateDataKey } from '../../services/secret-box/rotate.ts';
import type { Database } from '../../store/database.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { field, openTestApp } from '../testing/admin-app.ts';

const known = new Map(providers.map((provider) => [provider.id, provider]));
const dayMs = 86_400_000;
const today = Math.floor(Date.now() / dayMs) * dayMs;
const day = today - 3 * dayMs;
const iso = (at: number): string => new Date(at).toISOString();
const dateOf = (at: number): string => iso(at).slice(0, 10);

/** The cost APIs of the three, as their documentation shows them. */
function fakeCosts() {
  const asked: { readonly url: URL; readonly headers: Headers }[] = [];
  let down = false;
  const openaiPages = [
    {
      data: [
        {
          start_time: day / 1000,
          results: [
            { amount: { value: 0.000_000_1, currency: 'usd' }, line_item: 'gpt-4o-2024-08-06, input' },
            { amount: { value: 0.130_804_383_403_075_26, currency: 'usd' }, line_item: 'gpt-4o-2024-08-06, output' },
          ],
        },
      ],
      has_more: true,
      next_page: 'page_2',
    },
    {
      data: [
        {
          start_time: day / 1000,
          results: [{ amount: { value: 2, currency: 'usd' }, line_item: 'web search tool calls' }],
        },
      ],
      has_more: false,
      next_page: null,
    },
  ];
  const answers: Readonly<Record<string, (url: URL) => object>> = {
    'api.openai.com': (url) => openaiPages[url.searchParams.has('page') ? 1 : 0] ?? {},
    'api.anthropic.com': () => ({
      data: [
        {
          starting_at: iso(day),
          ending_at: iso(day + dayMs),
          results: [
            { amount: '123.45', currency: 'USD', model: 'claude-haiku-4-5-20251001', description: 'Claude Haiku' },
            { amount: '5', currency: 'USD', model: null, description: 'Code Execution Usage' },
          ],
        },
      ],
      has_more: false,
      next_page: null,
    }),
    'openrouter.ai': () => ({ data: [{ date: dateOf(day), model: 'openai/gpt-4.1', usage: 0.015, requests: 5 }] }),
  };
  return {
    asked,
    fail: () => {
      down = true;
    },
    ask: (address: string, init: RequestInit = {}) => {
      const url = new URL(address);
      const headers = new Headers(init.headers);
      asked.push({ url, headers });
      const sent = headers.get('authorization') ?? headers.get('x-api-key') ?? '';
      return Promise.resolve(
        down
          ? Response.json({ error: { message: `bad key ${sent}` } }, { status: 401 })
          : Response.json(answers[url.host]?.(url) ?? {}),
      );
    },
  };
}

async function spend(database: Database, channelId: string, at: number, model: string, cost: bigint | undefined) {
  const account = walletMeter('usr_1');
  const credit = { account, amount: 10n ** 12n, kind: 'grant', note: '', actor: 'test', at } as const;
  await postCredit(database, { ...credit, transactionId: testId('tx'), idempotencyKey: testId('key') });
  const debits = planDebits({ id: 'key_1', limited: false, user: { id: 'usr_1' } }, nanos(500n), at);
  const record = testRecord(500n, { userId: 'usr_1', at, channelId, modelAsked: model, debits });
  const row = postingRow({ ...record, ...(cost !== undefined && { cost: nanos(cost) }) });
  await postBatch(database, { transactionId: testId('tx'), at, nodeId: 'n', rows: [row] }, () => undefined);
}

eachDatabase('reconciliation', (open) => {
  test('reads what providers charge, and says why the books differ', async () => {
    const database = await open();
    const costs = fakeCosts();
    const app = await openTestApp(database, { askOutside: costs.ask, providers: known });
    const { token } = await app.enroll('root', 'root@example.com');
    const call = async (method: string, path: string, body?: object) =>
      await app.call(method, `/api/v1${path}`, { token, ...(body && { body }) });
    const channel = field(
      (
        await call('POST', '/channels', {
          name: 'main',
          provider: 'openai',
          models: ['gpt-4o', { name: 'fast', upstream: 'gpt-4o-mini' }],
          credentials: [{ apiKey: 'sk-ordinary-key' }],
        })
      ).json,
      'id',
    );
    const account = { name: 'OpenAI', provider: 'openai', channels: [channel] };
    for (const [wrong, param] of [
      [account, 'adminKey'],
      [{ ...account, provider: 'nobody', adminKey: 'k' }, 'provider'],
      [{ ...account, channels: ['chn_none'], adminKey: 'k' }, 'channels'],
    ] as const) {
      const refused = await call('POST', '/billing-accounts', wrong);
      expect([refused.status, refused.text.includes(`"${param}"`)]).toEqual([400, true]);
    }
    const made = await call('POST', '/billing-accounts', { ...account, adminKey: 'sk-admin-secret-1234' });
    const id = field(made.json, 'id');
    expect([made.status, made.text.includes('sk-admin-secret'), field(made.json, 'lastFour')]).toEqual([
      201,
      false,
      '1234',
    ]);

    await spend(database, channel, day + 1000, 'gpt-4o', 130_000_000n);
    await spend(database, channel, day + 1000, 'fast', 7n);
    await spend(database, channel, day + 1000, 'gpt-4o', undefined);
    await spend(database, channel, today + 1000, 'gpt-4o', 40n);

    const fresh = await call('POST', `/billing-accounts/${id}/refresh`);
    expect(fresh.json).toMatchObject({ problem: null });
    expect(costs.asked.map(({ headers }) => headers.get('authorization'))).toEqual(
      Array<string>(2).fill('Bearer sk-admin-secret-1234'),
    );
    expect(costs.asked[1]?.url.searchParams.get('page')).toBe('page_2');
    const read = async (): Promise<Reconciliation> =>
      (await call('GET', `/billing-accounts/${id}/reconciliation`)).json as Reconciliation;
    const seen = await read();
    expect(seen.differences).toEqual([
      { kind: 'not_reported', nanos: '0' },
      { kind: 'only_theirs', nanos: '2000000000' },
      { kind: 'only_ours', nanos: '-7' },
      // 130 804 383.4 + 100 less 130 000 000.
      { kind: 'same_models', nanos: '804483' },
    ]);
    expect(seen.models.map(({ model, theirsNanos, unknownNanos }) => [model, theirsNanos, unknownNanos])).toEqual([
      ['web search tool calls', '2000000000', '0'],
      ['gpt-4o-2024-08-06', '130804483', '500'],
      ['gpt-4o-mini', null, '0'],
    ]);
    // A day that cost nothing is known; today is not yet.
    expect(seen.days.find((one) => one.day === day - dayMs)?.theirsNanos).toBe('0');
    const all = (await call('GET', `/billing-accounts/${id}/reconciliation?to=${today}`)).json as Reconciliation;
    expect(all.days.find((one) => one.day === today)).toMatchObject({ oursNanos: '40', theirsNanos: null });
    expect(all.differences[0]).toEqual({ kind: 'not_reported', nanos: '-40' });

    // A refusal is told without the key, and leaves what is known.
    costs.fail();
    const failed = await call('POST', `/billing-accounts/${id}/refresh`);
    expect([field(failed.json, 'problem').includes('401'), failed.text.includes('secret-1234')]).toEqual([true, false]);
    expect((await read()).differences).toEqual(seen.differences);

    // The key goes to nobody but whom it was given for, and outlives a new data key.
    await rotateDataKey({ ...app.deps.configuration, actor: 'cli' });
    costs.asked.length = 0;
    await call('POST', `/billing-accounts/${id}/refresh`);
    expect(costs.asked[0]?.headers.get('authorization')).toBe('Bearer sk-admin-secret-1234');
    expect((await call('PATCH', `/billing-accounts/${id}`, { provider: 'anthropic' })).status).toBe(400);

    // An invoice as a file takes the place of its days, all of it or nothing.
    const upload = async (csv: string) => await call('POST', `/billing-accounts/${id}/costs`, { csv });
    for (const [csv, line] of [
      ['day,amount\n', 'Line 1'],
      [`day,model,amount\n${dateOf(day)},gpt-4o,1\n2026-02-30,gpt-4o,1`, 'Line 3'],
      [`day,model,amount\n${dateOf(day)},gpt-4o,1e5`, 'Line 2'],
    ] as const) {
      const refused = await upload(csv);
      expect([refused.status, refused.text.includes(line)]).toEqual([400, true]);
    }
    expect((await read()).differences).toEqual(seen.differences);
    const taken = await upload(`Model;Day;Amount;Note\r\n"gpt-4o ""new""";${dateOf(day)};$0.13;x\r\n`);
    expect(taken.json).toEqual({ days: 1, rows: 1, amountNanos: '130000000' });
    expect((await read()).models.map(({ model }) => model)).toContain('gpt-4o "new"');

    expect((await call('DELETE', `/billing-accounts/${id}`)).status).toBe(204);
    expect(await database.db.selectFrom('provider_costs').selectAll().execute()).toEqual([]);
  });

  test('reads the reports of the others, and only for who may', async () => {
    const database = await open();
    const costs = fakeCosts();
    const app = await openTestApp(database, { askOutside: costs.ask, providers: known });
    const { token } = await app.enroll('root', 'root@example.com');
    const made = await app.call('POST', '/api/v1/channels', {
      token,
      body: { name: 'a', provider: 'openai', models: ['m'], credentials: [{ apiKey: 'sk-ordinary-key' }] },
    });
    const channels = [field(made.json, 'id')];
    for (const [provider, header, rows] of [
      [
        'anthropic',
        'x-api-key',
        [
          ['claude-haiku-4-5-20251001', 1_234_500_000n],
          ['Code Execution Usage', 50_000_000n],
        ],
      ],
      ['openrouter', 'authorization', [['openai/gpt-4.1', 15_000_000n]]],
    ] as const) {
      const body = { name: provider, provider, channels, adminKey: 'admin-key-of-theirs' };
      const account = await app.call('POST', '/api/v1/billing-accounts', { token, body });
      const id = field(account.json, 'id');
      await app.call('POST', `/api/v1/billing-accounts/${id}/refresh`, { token });
      expect(costs.asked.at(-1)?.headers.get(header)).toContain('admin-key-of-theirs');
      const kept = await database.db
        .selectFrom('provider_costs')
        .select(['model', 'amount_nanos'])
        .where('account_id', '=', id)
        .where('model', '<>', '')
        .orderBy('model', 'desc')
        .execute();
      expect(kept.map(({ model, amount_nanos }) => [model, amount_nanos])).toEqual(
        rows.map(([model, amount]) => [model, amount]),
      );
    }
    const admin = await app.enroll('admin', 'admin@example.com');
    const body = { name: 'x', provider: '', channels };
    expect((await app.call('POST', '/api/v1/billing-accounts', { token: admin.token, body })).status).toBe(403);
  });
});

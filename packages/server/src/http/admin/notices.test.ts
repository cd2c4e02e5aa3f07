import { createHmac } from 'node:crypto';
import { expect, test } from 'bun:test';
import { quietUntil } from '../../services/notices/notices.ts';
import { noticeJobs } from '../../services/notices/watch.ts';
import { until } from '../../services/jobs/testing/jobs.ts';
import { disableProviderKey } from '../../services/provider-keys/disable.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { Database } from '../../store/database.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import { cookiesOf, field, openTestApp, sampleRequest, testPassword } from '../testing/admin-app.ts';
import { planInputSchema } from '@tollgate/contract/api/plans';
import { requestIdFloor } from '../../domain/record.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { providerKeyRepository } from '../../store/provider-keys.ts';
import { subscriptionRepository, type StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import { teamRepository } from '../../store/teams.ts';

type Asked = { readonly url: string; readonly headers: Headers; readonly body: string };

/** A gateway whose messages go to a list; `answers` is what each host says, `ok` of none. */
async function openGate(database: Database, answers: Readonly<Record<string, string>> = {}) {
  const asked: Asked[] = [];
  const app = await openTestApp(database, {
    askOutside: async (url, init) => {
      asked.push({ url, headers: new Headers(init?.headers), body: await new Response(init?.body).text() });
      return new Response(answers[new URL(url).host] ?? 'ok');
    },
  });
  const ann = await app.enroll('user', 'ann@example.com');
  const create = async (body: unknown, token = ann.token) =>
    await app.call('POST', '/api/v1/me/notices', { token, body });
  return { ...app, asked, ann, create };
}

const webhook = {
  kind: 'webhook',
  name: 'mine',
  settings: { url: 'https://ann.example/hook', secret: '0123456789abcdef' },
};

eachDatabase('what people are told', (open) => {
  test('is signed, told once, and again once it was otherwise', async () => {
    const gate = await openGate(await open());
    await gate.create({ ...webhook, events: ['lowBalance', 'budgetReached'], belowUsd: '5' });
    gate.jobs.start(noticeJobs({ ...gate.deps.notices, jobs: gate.jobs }));
    const look = async () => await gate.jobs.runNow('recurring:notices.watch');
    // The first look is there as soon as the jobs have begun.
    await until(async () => (await look()) !== undefined);
    await until(() => gate.asked.length > 0);
    const [first] = gate.asked;
    const { t = '', v1 } = Object.fromEntries(
      (first?.headers.get('x-tollgate-signature') ?? '').split(',').map((part) => part.split('=')),
    ) as Readonly<Record<string, string>>;
    const wanted = createHmac('sha256', '0123456789abcdef')
      .update(`${t}.${first?.body ?? ''}`)
      .digest('hex');
    expect(v1).toBe(wanted);
    expect(JSON.parse(first?.body ?? '')).toMatchObject({ event: 'lowBalance', title: 'Your balance is low' });
    await look();
    const told = { percent: 80, userId: gate.ann.user.id, spentNanos: '4000000000', limitNanos: '5000000000' };
    const entry = {
      at: 1,
      actor: 'system:budgets',
      action: 'budget.reached',
      subject: 'spending-budget:b',
      before: null,
    };
    await auditRepository.append(gate.deps.database.db, { ...entry, after: told });
    await look();
    await until(() => gate.asked.length > 1);
    expect(gate.asked.map(({ body }) => field(JSON.parse(body), 'title'))).toEqual([
      'Your balance is low',
      '80 % of a budget is spent',
    ]);
    // Of a team's, whoever looks after its money is told.
    const { db } = gate.deps.database;
    await teamRepository.insert(db, { id: 'team_1', name: 'Research', createdAt: 1, updatedAt: 1 });
    await teamRepository.addMember(db, { teamId: 'team_1', userId: gate.ann.user.id, role: 'billing', joinedAt: 1 });
    await auditRepository.append(db, { ...entry, after: { ...told, userId: 'team_1', percent: 50 } });
    await look();
    await until(() => gate.asked.length > 2);
    expect(field(JSON.parse(gate.asked[2]?.body ?? '{}'), 'title')).toBe('50 % of a budget is spent');
    await gate.jobs.stop();
  });
});

onSqlite('what people are told besides', (open) => {
  test('is that a provider key of theirs was refused; who looks after channels is told nothing of it', async () => {
    const gate = await openGate(await open());
    const admin = await gate.enroll('admin', 'admin@example.com');
    await gate.create({ ...webhook, events: ['providerKeyRefused'] });
    await gate.create({ ...webhook, events: ['channelState', 'providerKeyRefused'] }, admin.token);
    gate.jobs.start(noticeJobs({ ...gate.deps.notices, jobs: gate.jobs }));
    const look = async () => await gate.jobs.runNow('recurring:notices.watch');
    await until(async () => (await look()) !== undefined);
    await providerKeyRepository.insert(gate.deps.database.db, {
      id: 'pk_1',
      owner: { kind: 'person', id: gate.ann.user.id },
      name: 'Work',
      provider: 'acme',
      settings: {},
      models: [],
      placement: 'before',
      sealed: '',
      hints: {},
      enabled: true,
      stopped: undefined,
      disabled: undefined,
      createdAt: 1,
      updatedAt: 1,
    });
    expect(await disableProviderKey(gate.deps.configuration, 'pk_1', 'answered 401')).toBe(true);
    expect(await disableProviderKey(gate.deps.configuration, 'pk_1', 'answered 401')).toBe(false);
    await look();
    await look();
    await until(() => gate.asked.length > 0);
    await gate.jobs.stop();
    expect(gate.asked.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { event: 'providerKeyRefused', title: 'Your provider key Work is out of use' },
    ]);
  });

  test('is a sign-in from a new place, a subscription that ends, and too many failures, each once', async () => {
    const gate = await openGate(await open());
    const { db } = gate.deps.database;
    const admin = await gate.enroll('admin', 'admin@example.com');
    await gate.create({ ...webhook, events: ['newSignIn', 'subscriptionEnding'] });
    expect((await gate.create({ ...webhook, events: ['errorRate'] })).status).toBe(403);
    const atAdmins = { url: 'https://admin.example/hook', secret: '0123456789abcdef' };
    const template = '{"content":"{{event}}: {{title}}","odd":"{{nothing}}"}';
    const adminsHook = (settings: object) => gate.create({ ...webhook, settings, events: ['errorRate'] }, admin.token);
    expect((await adminsHook({ ...atAdmins, template: '{"content": {{title}}}' })).status).toBe(400);
    expect((await adminsHook({ ...atAdmins, template })).status).toBe(201);
    gate.jobs.start(noticeJobs({ ...gate.deps.notices, jobs: gate.jobs }));
    const look = async () => await gate.jobs.runNow('recurring:notices.watch');
    await until(async () => (await look()) !== undefined);

    const enter = async (clientIp: string, cookie?: string) =>
      await gate.call('POST', '/api/v1/session', {
        body: { email: 'ann@example.com', password: testPassword },
        clientIp,
        headers: { 'sec-fetch-site': 'same-origin', 'user-agent': 'Firefox of Ann' },
        ...(cookie !== undefined && { cookie }),
      });
    // A young account is entered from nowhere else yet; an older one by a browser and a network that it knows.
    await enter('203.0.113.9');
    await db.updateTable('users').set({ created_at: 1 }).where('id', '=', gate.ann.user.id).execute();
    const known = cookiesOf(await enter('203.0.113.9'));
    await enter('198.51.100.1', known);
    await enter('192.0.2.77');
    const subscription: StoredSubscription = {
      id: 'sub_1',
      userId: gate.ann.user.id,
      planId: 'plan_1',
      clientKey: 'one',
      state: 'active',
      terms: JSON.stringify(planInputSchema.parse({ name: 'Pro', priceUsd: '1', amount: '1' })),
      group: undefined,
      anchorAt: 1,
      anchorTerms: 0,
      termNumber: 1,
      termStartsAt: 1,
      termEndsAt: Date.now() + 3_600_000,
      allowances: 0,
      cancelAtEnd: true,
      nextPlanId: undefined,
      pausedAt: undefined,
      graceUntil: undefined,
      nextAt: undefined,
      card: undefined,
      seats: undefined,
      nextSeats: undefined,
      orderId: undefined,
      postings: 0,
      createdAt: 1,
      updatedAt: 1,
      endedAt: undefined,
    };
    await subscriptionRepository.insert(db, subscription);
    await subscriptionRepository.insert(db, { ...subscription, id: 'sub_2', clientKey: 'two', cancelAtEnd: false });
    const rows = Array.from({ length: 60 }, (_, index) => {
      const id = `${requestIdFloor(Date.now())}x${index}`;
      return postingRow({
        ...sampleRequest('usr_1', 'key_1', index),
        id,
        at: Date.now(),
        ...(index < 20 && { status: 500 }),
      });
    });
    await postBatch(gate.deps.database, { transactionId: 'tx_1', at: 1, nodeId: 'n', rows }, () => undefined);
    await look();
    await look();
    await until(() => gate.asked.length >= 3);
    const bodies = gate.asked.map(({ body }) => JSON.parse(body) as Readonly<Record<string, string>>);
    expect(bodies.map(({ event, content }) => event ?? content ?? '').toSorted()).toEqual([
      'errorRate: 33.3 % of the requests fail',
      'newSignIn',
      'subscriptionEnding',
    ]);
    expect(bodies.find(({ event }) => event === 'newSignIn')).toMatchObject({
      text: expect.stringContaining('From 192.0.2.77, by Firefox of Ann'),
    });
    await gate.jobs.stop();
  });
});

onSqlite('a target', (open) => {
  test('shows nothing of its secrets, belongs to its owner, and says what was answered to a test', async () => {
    const gate = await openGate(await open(), { 'open.feishu.cn': '{"code":19021,"msg":"sign match fail"}' });
    const bob = await gate.enroll('user', 'bob@example.com');
    const made = await gate.create({
      kind: 'feishu',
      name: 'team',
      settings: { url: 'https://open.feishu.cn/open-apis/bot/v2/hook/abc', secret: 'feishu-secret' },
    });
    expect(made.text).not.toContain('feishu-secret');
    expect(made.json).toMatchObject({ hint: 'open.feishu.cn', kind: 'feishu' });
    const id = field(made.json, 'id');
    const row = await gate.deps.database.db.selectFrom('notice_targets').selectAll().executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain('feishu-secret');
    const ask = async (token: string) => await gate.call('POST', `/api/v1/me/notices/${id}/test`, { token });
    expect((await ask(gate.ann.token)).json).toMatchObject({ sent: false, said: expect.stringContaining('19021') });
    expect((await ask(bob.token)).status).toBe(404);
    expect((await gate.call('DELETE', `/api/v1/me/notices/${id}`, { token: bob.token })).status).toBe(404);
  });

  test('of each kind is asked as its vendor has it', async () => {
    const gate = await openGate(await open(), {
      'oapi.dingtalk.com': '{"errcode":0}',
      'qyapi.weixin.qq.com': '{"errcode":0}',
    });
    const kinds = {
      bark: { deviceKey: 'k' },
      gotify: { server: 'https://gotify.example/sub', token: 't' },
      telegram: { botToken: '12345678:AAFakeFakeFakeFakeFakeFakeFakeFake_x', chatId: '42' },
      slack: { url: 'https://hooks.slack.com/services/T/B/x' },
      discord: { url: 'https://discord.com/api/webhooks/1/x' },
      dingtalk: { url: 'https://oapi.dingtalk.com/robot/send?access_token=x', secret: 'SEC' },
      wecom: { url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x' },
    };
    for (const [kind, settings] of Object.entries(kinds)) {
      const id = field((await gate.create({ kind, name: kind, settings })).json, 'id');
      const told = await gate.call('POST', `/api/v1/me/notices/${id}/test`, { token: gate.ann.token });
      expect(`${kind} ${told.text}`).toBe(`${kind} {"sent":true,"said":"200"}`);
    }
    const [bark, gotify, telegram, slack, discord, dingtalk, wecom] = gate.asked.map(({ url, body }) => [
      url,
      JSON.parse(body) as unknown,
    ]);
    expect(bark).toMatchObject(['https://api.day.app/push', { device_key: 'k', title: 'This is a test' }]);
    expect(gotify).toMatchObject(['https://gotify.example/sub/message', { priority: 5, title: 'This is a test' }]);
    expect(telegram).toMatchObject([expect.stringContaining('/sendMessage'), { chat_id: '42' }]);
    expect(slack).toMatchObject([kinds.slack.url, { text: expect.stringContaining('test') }]);
    expect(discord).toMatchObject([kinds.discord.url, { allowed_mentions: { parse: [] } }]);
    expect(dingtalk).toMatchObject([expect.stringMatching(/&timestamp=\d{13}&sign=/), { msgtype: 'text' }]);
    expect(wecom).toMatchObject([kinds.wecom.url, { msgtype: 'text' }]);
  });

  test('that is no such thing is refused, and so is what only administrators are told', async () => {
    const gate = await openGate(await open());
    const refused = async (body: object) => (await gate.create({ name: 'x', ...body })).status;
    expect(await refused({ kind: 'slack', settings: { url: 'https://evil.example/' } })).toBe(400);
    expect(await refused({ kind: 'webhook', settings: { url: 'https://a.example/', secret: 'short' } })).toBe(400);
    expect(await refused({ ...webhook, events: ['channelState'] })).toBe(403);
  });

  test('is quiet by its owner’s clock', () => {
    const at = Date.UTC(2026, 0, 1, 22, 30);
    const night = { quietFrom: 22, quietTo: 7 };
    expect(quietUntil(night, 'UTC', at)).toBe(Date.UTC(2026, 0, 2, 7));
    expect(quietUntil(night, 'Asia/Shanghai', at)).toBe(Date.UTC(2026, 0, 1, 23));
    expect(quietUntil(night, 'America/New_York', at)).toBeUndefined();
    expect(quietUntil({ quietFrom: null, quietTo: 7 }, 'UTC', at)).toBeUndefined();
  });
});

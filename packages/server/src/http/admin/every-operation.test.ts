import type { Declaration } from '@tollgate/contract/operations/declare';
import { mediaTaskRepository } from '../../store/media-tasks.ts';
import { storedObjectRepository } from '../../store/stored-objects.ts';
import { sampleObject } from '../../store/testing/stored-objects.ts';
import { sampleTask, sampleTaskJob } from '../../store/testing/media-tasks.ts';
import { operations } from '@tollgate/contract/operations/list';
import { fillPath } from '@tollgate/contract/operations/path';
import { planInputSchema } from '@tollgate/contract/api/plans';
import { permissionNames, permissions, roles } from '@tollgate/contract/permissions';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { z } from 'zod';
import { walletMeter } from '../../domain/meters.ts';
import { newSecretText } from '../../services/accounts/secret-text.ts';
import { directoryRepository } from '../../store/directories.ts';
import { passkeyRepository } from '../../store/sign-in/passkeys.ts';
import { identityRepository } from '../../store/sign-in/identities.ts';
import type { Database } from '../../store/database.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { subscriptionRepository, type StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import { invoiceRepository, type Invoice } from '../../store/paper/invoices.ts';
import { orderRepository, type StoredOrder } from '../../store/payments/orders.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { cookiesOf, field, openTestApp, sampleRequest, testPassword, type Reply } from '../testing/admin-app.ts';
import { sampleOf } from './testing/sample.ts';

/** Each operation of the contract against each kind of caller. A new operation is tried here as soon as it is declared. */

type TestApp = Awaited<ReturnType<typeof openTestApp>>;
type Person = Awaited<ReturnType<TestApp['enroll']>>;

let database: Database;
let app: TestApp;
let people: Readonly<Record<(typeof roles)[number], Person>>;
let bob: Person;

const every = Object.entries<Declaration>(operations).map(([name, declared]) => ({ name, ...declared }));
type Operation = (typeof every)[number];

const closed = every.filter((one) => one.permission !== 'public');

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  people = {
    root: await app.enroll('root', 'root@example.com'),
    admin: await app.enroll('admin', 'admin@example.com'),
    user: await app.enroll('user', 'ann@example.com'),
  };
  bob = await app.enroll('user', 'bob@example.com');
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

const someParams = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, `some_${name}`]));
const codeOf = (reply: Reply): string => (reply.json === undefined ? 'none' : field(reply.json, 'error.code'));
const sameOrigin = { 'sec-fetch-site': 'same-origin' };

/** Calls an operation with an empty body, which no handler gets to see unless it asks for nothing. */
async function attempt(
  one: Operation,
  options: Parameters<TestApp['call']>[2],
  params = someParams(one.path),
): Promise<Reply> {
  return await app.call(one.method.toUpperCase(), `/api/v1${fillPath(one.path, params)}`, {
    ...(one.body !== undefined && { body: {} }),
    ...options,
  });
}

/** What the router says of who calls, before anything is done; `let in` is any other answer. */
function gateOf(reply: Reply): string {
  if (reply.status < 400) return 'let in';
  const message = field(reply.json, 'error.message');
  if (/Sign in, or send|role does not allow|token may only read|scopes of this token/.test(message))
    return `${codeOf(reply)}: ${message}`;
  return 'let in';
}

describe('every operation', () => {
  test('that is not public refuses strangers', async () => {
    const key = await app.call('POST', '/api/v1/keys', { token: people.user.token, body: { name: 'app' } });
    const strangers = [
      {},
      { token: 'tgp_nonsense' },
      { token: newSecretText('tgp_', (bytes) => void crypto.getRandomValues(bytes)) },
      { cookie: 'tollgate.session_token=forged.forged' },
      { token: field(key.json, 'key') },
    ];
    for (const one of closed)
      for (const options of strangers) {
        const reply = await attempt(one, options);
        expect(`${one.name} ${reply.status} ${codeOf(reply)}`).toBe(`${one.name} 401 unauthenticated`);
      }
  });

  test('lets in the roles and the tokens that the table names, and no others', async () => {
    for (const role of roles) {
      const full = people[role].token;
      const made = await app.call('POST', '/api/v1/tokens', { token: full, body: { name: 'ro', readOnly: true } });
      const readOnly = field(made.json, 'token');
      for (const one of every) {
        if (one.permission === 'public') continue;
        const row: { readonly [name in string]?: unknown } = permissions[one.permission];
        const byRole = row[role] === undefined ? 'forbidden: Your role does not allow this.' : 'let in';
        const byToken =
          row['readOnly'] === true || byRole !== 'let in' ? byRole : 'forbidden: This token may only read.';
        // Tried first: what a full token is let in to may end with what it did.
        expect(`${role} ${one.name} ${gateOf(await attempt(one, { token: readOnly }))}`).toBe(
          `${role} ${one.name} ${byToken}`,
        );
        expect(`${role} ${one.name} ${gateOf(await attempt(one, { token: full }))}`).toBe(
          `${role} ${one.name} ${byRole}`,
        );
      }
    }
  });

  test('lets a token of some scopes in by them, and by no others', async () => {
    const { token: full } = people.root;
    // Last, because what is let in may end the tokens.
    const order = [...closed].sort((a, b) => Number(a.method !== 'get') - Number(b.method !== 'get'));
    for (const odd of [0, 1]) {
      const scopes = permissionNames.filter((_name, at) => at % 2 === odd);
      const made = await app.call('POST', '/api/v1/tokens', { token: full, body: { name: 'some', scopes } });
      const token = field(made.json, 'token');
      for (const one of order) {
        const inScope = scopes.some((scope) => scope === one.permission);
        const gate = inScope ? 'let in' : `forbidden: The scopes of this token do not include ${one.permission}.`;
        expect(`${one.name} ${gateOf(await attempt(one, { token }))}`).toBe(`${one.name} ${gate}`);
      }
    }
  });

  test('that changes something refuses cookies without proof of origin', async () => {
    const { email } = people.root.user;
    const signedIn = await app.call('POST', '/api/v1/session', {
      body: { email, password: testPassword },
      headers: sameOrigin,
    });
    const cookie = cookiesOf(signedIn);
    expect((await app.call('GET', '/api/v1/me', { cookie })).status).toBe(200);
    const elsewhere = [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ];
    const changing = every.filter((one) => one.method !== 'get');
    for (const one of changing)
      for (const headers of one.permission === 'public' ? [{ 'sec-fetch-site': 'cross-site' }] : elsewhere) {
        const reply = await attempt(one, { ...(one.permission !== 'public' && { cookie }), headers: { ...headers } });
        expect(`${one.name} ${codeOf(reply)}`).toBe(`${one.name} cross_site_request`);
      }
    for (const headers of [sameOrigin, { origin: 'https://gate.example' }]) {
      const reply = await app.call('PATCH', '/api/v1/me', { cookie, headers, body: { name: 'Root' } });
      expect(reply.status).toBe(200);
    }
  });
});

describe('what belongs to another', () => {
  const own = closed.filter((one) => {
    const row: { readonly user?: unknown } = one.permission === 'public' ? {} : permissions[one.permission];
    return row.user === 'own';
  });

  /** Parameters that name something of Ann's: made by the area's own `create`, or put there by hand. */
  async function annsParams(one: Operation): Promise<Readonly<Record<string, string>>> {
    const area = one.name.slice(0, one.name.indexOf('.'));
    const create = every.find(({ name }) => name === `${area}.create`);
    if (create?.body === undefined) {
      const id = byHand[area];
      if (id === undefined) throw new Error(`say which id of Ann's to try ${one.name} with`);
      return { id };
    }
    const made = await app.call('POST', `/api/v1${create.path}`, {
      token: people.user.token,
      body: bodies[area] ?? sampleOf(create.body),
    });
    return { id: field(made.json, 'id'), name: area, ...(area === 'teams' && (await ofTeam(field(made.json, 'id')))) };
  }
  /** What the contract alone does not tell: the fields of a provider. */
  const bodies: Readonly<Record<string, object | undefined>> = {
    get providerKeys() {
      keysBrought += 1;
      return { name: `key ${keysBrought}`, provider: 'acme', credential: { apiKey: 'sk-own' }, models: ['gpt-x'] };
    },
  };
  let keysBrought = 0;
  /** A group of a team's directory, which only a directory makes. */
  async function someGroup(teamId: string): Promise<string> {
    const id = `dgr_${teamId}`;
    const times = { createdAt: 1, updatedAt: 1 };
    await directoryRepository.addGroup(database.db, { id, teamId, externalId: null, name: 'g', role: null, ...times });
    return id;
  }
  /** Somebody in a team of Ann's, an invitation to it, and what is set up in it. */
  async function ofTeam(id: string): Promise<Readonly<Record<string, string>>> {
    const made = async (what: string, body: unknown): Promise<string> =>
      field((await app.call('POST', `/api/v1/teams/${id}/${what}`, { token: people.user.token, body })).json, 'id');
    const settings = { issuer: 'https://id.example.com', clientId: 'gate' };
    return {
      userId: people.user.user.id,
      invitationId: await made('invitations', {}),
      domainId: await made('domains', { domain: 'ann.example.com' }),
      methodId: await made('sign-in-methods', { name: 'Staff', provider: 'oidc', settings }),
      tokenId: await made('directory/tokens', { name: 'directory' }),
      groupId: await someGroup(id),
      subscriptionId: await teamSubscription(id),
    };
  }
  async function teamSubscription(teamId: string): Promise<string> {
    const one = { ...sampleSubscription(teamId), id: `sub_${teamId}`, clientKey: 'client-key-2', seats: 2 };
    await subscriptionRepository.insert(database.db, one);
    return one.id;
  }
  /** What there is, but cannot be had of it yet: no jobs run here, an owner stays, her wallet is empty, her team has a way to sign in. */
  const notYet: Readonly<Record<string, number | undefined>> = {
    'exports.download': 409,
    'accountExports.download': 409,
    'teams.removeMember': 409,
    'teams.fund': 409,
    // Nothing is sold.
    'teams.subscribe': 403,
    'teams.delete': 409,
    // Nothing is relayed here.
    'providerKeys.test': 404,
    // Nothing says so in the DNS; and what the provider needs to know is not in the contract.
    'teams.verifyDomain': 409,
    'teams.addSignInMethod': 400,
    'teams.readMetadata': 400,
  };
  const byHand: Record<string, string> = {
    requests: 'req_1',
    orders: 'ord_1',
    invoices: 'inv_1',
    subscriptions: 'sub_1',
    identities: 'idn_1',
    passkeys: 'psk_1',
    videos: 'video_1',
    storedObjects: 'object_1',
  };
  /** What a token must not do: tried with sessions. */
  const bySession: ReadonlySet<string> = new Set(['identities', 'passkeys']);
  const cookies = { hers: '', his: '' };
  const as = (one: Operation, who: keyof typeof cookies) =>
    bySession.has(one.name.slice(0, one.name.indexOf('.')))
      ? { cookie: cookies[who], headers: sameOrigin }
      : { token: (who === 'hers' ? people.user : bob).token };

  beforeAll(async () => {
    const rows = [postingRow(sampleRequest(people.user.user.id, 'key_1', 1))];
    await app.call('PUT', '/api/v1/settings/providerKeys.enabled', {
      token: people.root.token,
      body: { value: true },
    });
    const { email } = people.user.user;
    const signedIn = await app.call('POST', '/api/v1/session', {
      body: { email, password: testPassword },
      headers: sameOrigin,
    });
    const { token } = people.user;
    const key = await app.call('POST', '/api/v1/keys', { token, body: { name: 'playground' } });
    byHand['playground'] = field(key.json, 'id');
    // Another session than the one that is tried to be ended.
    const enter = async (email: string | null) =>
      cookiesOf(
        await app.call('POST', '/api/v1/session', { body: { email, password: testPassword }, headers: sameOrigin }),
      );
    await identityRepository.insert(database.db, {
      id: 'idn_1',
      userId: people.user.user.id,
      methodId: 'sim_1',
      subject: 'ann',
      label: 'ann',
      createdAt: 1,
    });
    const passkey = { name: 'ann', credential: '{}', counter: 0, createdAt: 1, lastUsedAt: null };
    await passkeyRepository.insert(database.db, { ...passkey, id: 'psk_1', userId: people.user.user.id }, 'hash');
    byHand['sessions'] = field(
      (await app.call('GET', '/api/v1/sessions', { cookie: cookiesOf(signedIn) })).json,
      'data.0.id',
    );
    cookies.hers = await enter(email);
    cookies.his = await enter(bob.user.email);
    await postBatch(database, { transactionId: 'tx_usage', at: 1, nodeId: 'n', rows }, () => undefined);
    const task = sampleTask(1, people.user.user.id);
    await mediaTaskRepository.insert(database.db, task, sampleTaskJob(task));
    await storedObjectRepository.insert(database.db, sampleObject(1, people.user.user.id));
    await orderRepository.insert(database.db, sampleOrder(people.user.user.id));
    await invoiceRepository.insert(database.db, sampleInvoice(people.user.user.id));
    await subscriptionRepository.insert(database.db, sampleSubscription(people.user.user.id));
  });

  test('does not exist by its id', async () => {
    for (const one of own.filter(({ path }) => path.includes('{'))) {
      const params = await annsParams(one);
      // A body that is right, where an empty one is not: it must be the thing that is missing.
      const sent = one.body?.safeParse({}).success === false && { body: sampleOf(one.body) };
      const reply = await attempt(one, { ...as(one, 'his'), ...sent }, params);
      expect(`${one.name} ${reply.status}`).toBe(`${one.name} 404`);
      expect(reply.text).not.toContain(people.user.user.email ?? 'ann');
      const hers = await attempt(one, { ...as(one, 'hers'), ...sent }, params);
      const known = hers.status < 300 || notYet[one.name] === hers.status;
      expect(`${one.name} ${known}`).toBe(`${one.name} true`);
    }
  });

  test('is refused where it is named in the query or the body, and open to those who reach it', async () => {
    const names = (schema: z.ZodType | undefined): boolean => schema instanceof z.ZodObject && 'userId' in schema.shape;
    let tried = 0;
    for (const one of own)
      for (const userId of [people.user.user.id, 'all']) {
        const path = `/api/v1${fillPath(one.path, someParams(one.path))}`;
        const calls: (readonly [string, Parameters<TestApp['call']>[2]])[] = [];
        if (names(one.query)) calls.push([`${path}?userId=${userId}`, {}]);
        if (one.body !== undefined && names(one.body))
          calls.push([path, { body: { ...z.looseObject({}).parse(sampleOf(one.body)), userId } }]);
        for (const [where, options] of calls) {
          const reply = await app.call(one.method.toUpperCase(), where, { ...options, token: bob.token });
          expect(`${one.name} ${codeOf(reply)}`).toBe(`${one.name} forbidden`);
          const reached = await app.call(one.method.toUpperCase(), where, { ...options, token: people.admin.token });
          expect(`${one.name} ${reached.status === 403}`).toBe(`${one.name} false`);
          tried += 1;
        }
      }
    expect(tried).toBeGreaterThanOrEqual(10);
  });

  test('is in no list', async () => {
    const things = own.filter(({ path }) => path.includes('{'));
    const oneOfEachArea = new Map(things.map((one) => [one.name.slice(0, one.name.indexOf('.')), one])).values();
    const ids = await Promise.all([...oneOfEachArea].map(annsParams));
    const hers = [
      people.user.user.id,
      people.user.user.email,
      ...ids.flatMap(({ id }) => (id === undefined ? [] : [id])),
    ];
    for (const one of own.filter(({ method, path }) => method === 'get' && !path.includes('{'))) {
      const reply = await attempt(one, { token: bob.token });
      for (const id of hers) expect(`${one.name} ${reply.text}`).not.toContain(id);
    }
  });
});

test('an administrator acts on no administrator and no root, and gives out no role', async () => {
  const { token } = people.admin;
  for (const target of [people.root, people.admin]) {
    const path = `/api/v1/users/${target.user.id}`;
    const replies = [
      await app.call('PATCH', path, { token, body: { enabled: false } }),
      await app.call('PATCH', path, { token, body: { password: testPassword } }),
      await app.call('POST', '/api/v1/keys', { token, body: { name: 'x', userId: people.root.user.id } }),
    ];
    expect(replies.map(codeOf)).toEqual(['forbidden', 'forbidden', 'forbidden']);
  }
  const given = [
    await app.call('PATCH', `/api/v1/users/${bob.user.id}`, { token, body: { role: 'admin' } }),
    await app.call('POST', '/api/v1/users', { token, body: { ...newcomer, role: 'admin' } }),
    await app.call('POST', '/api/v1/users', { token, body: { ...newcomer, role: 'root' } }),
  ];
  expect(given.map(codeOf)).toEqual(['forbidden', 'forbidden', 'forbidden']);
  expect((await app.call('POST', `/api/v1/users`, { token: people.root.token, body: newcomer })).status).toBe(201);
});

const sampleInvoice = (userId: string): Invoice => ({
  id: 'inv_1',
  kind: 'invoice',
  number: 'INV-1',
  series: 'INV-',
  sequence: 1,
  orderId: 'ord_1',
  userId,
  correctsId: null,
  currency: 'USD',
  total: 1000n,
  tax: 0n,
  content: {
    seller: { name: 'Gate Ltd.', address: '', taxId: '' },
    buyer: { name: 'Ann', address: '', country: '', taxId: '', email: '' },
    description: 'Credit',
    taxName: 'VAT',
    taxPercent: '0',
    note: '',
    method: 'Card',
    paidAt: 1,
    corrects: null,
  },
  createdAt: 1,
});

const sampleOrder = (userId: string): StoredOrder => ({
  id: 'ord_1',
  userId,
  methodId: 'pm_1',
  provider: 'manual',
  reference: undefined,
  clientKey: 'client-key-1',
  planId: undefined,
  card: undefined,
  cause: undefined,
  subscriptionId: undefined,
  state: 'pending',
  held: undefined,
  account: walletMeter(userId),
  credit: 1n,
  taken: 0n,
  currency: 'USD',
  amount: 1n,
  refunded: 0n,
  tax: undefined,
  postings: 0,
  next: undefined,
  expiresAt: 1,
  paidAt: undefined,
  createdAt: 1,
  updatedAt: 1,
});

const sampleSubscription = (userId: string): StoredSubscription => ({
  id: 'sub_1',
  userId,
  planId: 'plan_1',
  clientKey: 'client-key-1',
  state: 'active',
  terms: JSON.stringify(planInputSchema.parse({ name: 'Pro', priceUsd: '1', amount: '1' })),
  group: undefined,
  anchorAt: 1,
  anchorTerms: 0,
  termNumber: 1,
  termStartsAt: 1,
  termEndsAt: 8_000_000_000_000,
  allowances: 0,
  cancelAtEnd: false,
  nextPlanId: undefined,
  pausedAt: undefined,
  graceUntil: undefined,
  nextAt: undefined,
  orderId: undefined,
  card: undefined,
  seats: undefined,
  nextSeats: undefined,
  postings: 0,
  createdAt: 1,
  updatedAt: 1,
  endedAt: undefined,
});

const newcomer = { email: 'new@example.com', password: testPassword, role: 'admin' };

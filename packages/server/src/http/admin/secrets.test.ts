import { afterAll, beforeAll, expect, test } from 'bun:test';
import { settingsTree } from '@tollgate/contract/settings';
import { z } from 'zod';
import { planApply } from '../../services/apply/apply.ts';
import { formatPlan } from '../../services/apply/plan.ts';
import { formatProblem } from '../../services/apply/read-config-file.ts';
import { paymentAdapters } from '../../services/payments/providers/index.ts';
import { merchantKeys, platformKeys } from '../../services/payments/testing/fake-keys.ts';
import { signInProviders } from '../../services/sign-in/providers/index.ts';
import { dump } from '../../store/testing/dump.ts';
import { onSqlite, type TestDatabase } from '../../store/testing/databases.ts';
import { field, openTestApp, type Reply } from '../testing/admin-app.ts';

/**
 * Every secret that there is, planted by the admin API: whatever says that it is one (a setting, a field of a sign-in or
 * payment method) is sealed, and told by nothing afterwards. What is added later is tried by itself.
 */

let database: TestDatabase;
let app: Awaited<ReturnType<typeof openTestApp>>;
let root: string;
let admin: string;
/** All that anybody was told, and all that was logged. */
const said: unknown[] = [];
const planted: string[] = [];
let count = 0;

const call = async (method: string, path: string, body?: unknown, token = root): Promise<Reply> => {
  const reply = await app.call(method, `/api/v1${path}`, { token, ...(body !== undefined && { body }) });
  said.push(reply.text, [...reply.headers]);
  return reply;
};

/** A text that is nowhere else, of 32 characters, as keys of vendors are. */
function newCanary(): string {
  const canary = `cAnArY${String((count += 1)).padStart(4, '0')}x7f3a91c5e0b24d68a1c2e`;
  planted.push(canary);
  return canary;
}

/** What may be entered where texts of no form are refused: keys of RSA, of which a piece of the middle is looked for. */
function pemCandidates(): readonly string[] {
  const keys = [merchantKeys.privateKey, platformKeys.publicKey];
  for (const key of keys) planted.push(key.split('\n')[3] ?? '');
  return keys;
}

type Fields = Readonly<Record<string, string>>;

const namesOf = (schema: z.ZodType): readonly string[] =>
  Object.keys(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).properties ?? {});

/** A value for each field that a schema takes, of the first of the candidates that fits. */
function fill(schema: z.ZodType, names: readonly string[], candidates: (name: string) => readonly string[]): Fields {
  const filled: Record<string, string> = {};
  for (const name of names) {
    const fits = candidates(name).find((value) => {
      const { error } = schema.safeParse({ ...filled, [name]: value });
      return error === undefined || error.issues.every(({ path }) => path[0] !== name);
    });
    if (fits === undefined) throw new Error(`no value fits ${name}: give this test another candidate`);
    filled[name] = fits;
  }
  return filled;
}

const secretsFor = (schema: z.ZodType): Fields =>
  fill(schema, namesOf(schema), () => {
    const canary = newCanary();
    // The last one as bots of Telegram have it.
    return [canary, ...pemCandidates(), `4711471147:${canary}`];
  });

/** Of nobody; where a certificate is asked for. */
const certificate = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBgzCCASmgAwIBAgIUEfr6Xg5QhsDkuDXrv3H85uT1CkMwCgYIKoZIzj0EAwIw',
  'FjEUMBIGA1UEAwwLaWRwLmV4YW1wbGUwIBcNMjYxMTI5MjI0MzQwWhgPMjEyNjEx',
  'MDUyMjQzNDBaMBYxFDASBgNVBAMMC2lkcC5leGFtcGxlMFkwEwYHKoZIzj0CAQYI',
  'KoZIzj0DAQcDQgAEWPICkKOERJSKDmge1u87lJE3k2p6cchuX/feBzudrDDQxZc/',
  'qoFGRINgZCEYdRZfYX+2kFFFfFazwz/KRLDYZ6NTMFEwHQYDVR0OBBYEFEbjS155',
  '9/qDvBH/przqfbqr+Y3zMB8GA1UdIwQYMBaAFEbjS1559/qDvBH/przqfbqr+Y3z',
  'MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhALptQ6N2Zq/9iLps',
  'LzXyda79v3Iq/OQKYK9gDzggIsKlAiALzDVGNlBMvt6thNbjY30urm/3NaYfDOWp',
  'y2AiiG5Oig==',
  '-----END CERTIFICATE-----',
].join('\n');

/** What a provider must know beside its secrets. */
function settingsFor(schema: z.ZodType): Fields {
  const { error } = schema.safeParse({});
  const needed = [...new Set((error?.issues ?? []).map(({ path }) => String(path[0])))];
  return fill(schema, needed, () => [
    'https://provider.example',
    'wxd0000000000000001',
    '1900000109',
    'id',
    'ldaps://provider.example',
    certificate,
  ]);
}

type Kind = {
  readonly path: string;
  readonly section: string;
  readonly more: object;
  readonly provider: { readonly id: string; readonly settings: z.ZodType; readonly secrets: z.ZodType };
};

const kinds: readonly Kind[] = [
  ...[...signInProviders.values()].map((provider) => ({
    path: '/sign-in-methods',
    section: 'signInMethods',
    more: {},
    provider,
  })),
  ...[...paymentAdapters.values()].map((provider) => ({
    path: '/payment-methods',
    section: 'paymentMethods',
    more: { currency: provider.currencies?.[0] ?? 'USD' },
    provider,
  })),
];

onSqlite('a secret is told by nobody', (open) => {
  beforeAll(async () => {
    database = await open();
    app = await openTestApp(database);
    root = (await app.enroll('root', 'root@example.com')).token;
    admin = (await app.enroll('admin', 'admin@example.com')).token;
  });
  afterAll(() => app?.snapshots.close());

  const secrets = settingsTree.leaves.filter(({ secret }) => secret);
  test.each(secrets)('of the settings: $path', async ({ path }) => {
    const canary = newCanary();
    const at = `/settings/${path}`;
    expect((await call('PUT', at, { value: canary })).status).toBe(200);
    await app.snapshots.refresh();
    expect(JSON.stringify(app.snapshots.current().settings)).toContain(canary);
    for (const value of [[canary], { deep: canary }, canary.repeat(500)])
      expect((await call('PUT', at, { value })).status).toBe(400);
    expect((await call('PUT', `${at}s`, { value: canary })).status).toBe(400);
    await call('PUT', at, { value: canary }, admin);
    await call('PUT', at, { value: `${canary}-changed` });
    await fromFile({ settings: { [path]: '${PLANTED}' } }, canary);
  });

  test.each(kinds.map((kind) => [kind.section, kind.provider.id, kind] as const))(
    'of %s: %s',
    async (...[, , kind]) => {
      const { path, section, more, provider } = kind;
      const fields = secretsFor(provider.secrets);
      const method = { name: `by ${provider.id}`, provider: provider.id, ...more };
      const settings = settingsFor(provider.settings);
      const made = await call('POST', path, { ...method, settings, secrets: fields });
      expect([made.status, made.text]).toEqual([201, made.text]);
      expect(
        z
          .looseObject({ secrets: z.array(z.string()) })
          .parse(made.json)
          .secrets.toSorted(),
      ).toEqual(Object.keys(fields).toSorted());
      const one = `${path}/${field(made.json, 'id')}`;
      // The name is taken; the texts are too long, in the wrong place, or of fields that there are not.
      await call('POST', path, { ...method, settings, secrets: fields });
      for (const [name, value] of Object.entries(fields)) {
        const [start = ''] = planted.filter((text) => value.includes(text));
        const bad: readonly object[] = [
          { secrets: { [name]: start.repeat(400) } },
          { secrets: { [`${name}Of`]: value } },
          { secrets: { [name]: [value] } },
          { secrets: value },
        ];
        for (const body of bad) expect((await call('PATCH', one, body)).status).toBe(400);
      }
      expect((await call('PATCH', one, { secrets: fields, enabled: false })).status).toBe(200);
      const file = Object.keys(fields).map((name, index) => [name, `\${PLANTED_${index}}`] as const);
      const entry = { ...method, name: 'of a file', settings, secrets: Object.fromEntries(file) };
      await fromFile({ [section]: [entry] }, ...Object.values(fields));
      await fromFile({ [section]: [{ ...entry, surplus: '${PLANTED_0}' }] }, ...Object.values(fields));
    },
  );

  test('nor by lists, audit, pages, the database and the log', async () => {
    for (const path of ['/settings', '/sign-in-methods', '/payment-methods', '/audit?limit=1000', '/site'])
      for (const token of [root, admin]) await call('GET', path, undefined, token);
    const cells = await dump(database);
    const everything = JSON.stringify([said, cells, app.errors]);
    expect(everything).toContain('by stripe');
    // Settings are shown; so would be secrets.
    expect(everything).toContain('https://provider.example');
    expect(planted.length).toBeGreaterThan(30);
    for (const text of new Set(planted)) {
      const inOtherForms = [text, Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64').slice(0, 36)];
      expect(inOtherForms.filter((form) => everything.includes(form))).toEqual([]);
    }
  });
});

/** What would be done by a config file that has the secrets from its environment. */
async function fromFile(file: object, ...values: readonly string[]): Promise<void> {
  const env = Object.fromEntries([
    ['PLANTED', values[0]],
    ...values.map((value, index) => [`PLANTED_${index}`, value] as const),
  ]);
  const planned = await planApply(app.deps.configuration, { text: JSON.stringify(file), env, source: 'tollgate.yaml' });
  said.push(planned, 'plan' in planned ? formatPlan(planned.plan) : planned.problems.map(formatProblem));
}

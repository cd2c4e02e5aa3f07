import { afterAll, expect, test } from 'bun:test';
import { channelInputSchema, channelPatchSchema } from '@tollgate/contract/api/configuration';
import { z } from 'zod';
import { eachDatabase } from '../../store/testing/databases.ts';
import type { TestDatabase } from '../../store/testing/databases.ts';
import { dump } from '../../store/testing/dump.ts';
import { listAudit } from '../configuration/list-audit.ts';
import { createChannel, deleteChannel, getChannel, listChannels, updateChannel } from '../configuration/channels.ts';
import type { ConfigurationContext } from '../configuration/context.ts';
import { listModels } from '../configuration/models.ts';
import { listSettings, readSettings, writeSetting } from '../configuration/settings.ts';
import { testContext } from '../configuration/testing/configuration.ts';
import { rotateDataKey, rotateMasterSecret } from '../secret-box/rotate.ts';
import { openSnapshots } from '../snapshot/snapshots.ts';
import type { Snapshots } from '../snapshot/snapshots.ts';
import { apply, planApply } from './apply.ts';
import { formatPlan } from './plan.ts';
import { formatProblem } from './read-config-file.ts';

const canary = 'cAnArY-planted-4f1b';
const credential = { apiKey: `sk-${canary}-0000` };
const proxy = `http://proxy-user:${canary}@127.0.0.1:3128`;
const overrides = {
  headers: { set: { 'x-api-token': canary } },
  body: { set: { 'auth.secret': canary, 'nested.value': { password: canary } } },
};

const opened: Snapshots[] = [];
afterAll(() => {
  for (const snapshots of opened) snapshots.close();
});

eachDatabase('a canary in a credential', (open) => {
  test('is seen nowhere but on its way upstream', async () => {
    const database = await open();
    const context = await testContext(database);
    const said: unknown[] = [];
    const hear = async (work: Promise<unknown>): Promise<void> => {
      said.push(
        await work.catch((error: unknown) =>
          error instanceof Error ? [error.message, error.stack, JSON.stringify(error)] : String(error),
        ),
      );
    };
    const input = channelInputSchema.parse({
      name: 'main',
      provider: 'acme',
      credentials: [credential],
      models: ['m'],
      overrides,
      proxy,
    });
    const channel = await createChannel(context, 'user:1', input);
    said.push(channel);
    await hear(createChannel(context, 'user:1', input));
    await hear(
      createChannel(context, 'user:1', {
        ...input,
        name: 'x',
        credentials: [{ ...credential, region: canary, surplus: canary }],
      }),
    );
    await hear(createChannel(context, 'user:1', { ...input, name: 'y', credentials: [{ region: canary }] }));
    await hear(
      updateChannel(
        context,
        'user:1',
        channel.id,
        channelPatchSchema.parse({ weight: 2, credentials: [{ id: channel.credentials[0]?.id, ...credential }] }),
      ),
    );
    await hear(
      updateChannel(
        context,
        'user:1',
        channel.id,
        channelPatchSchema.parse({ proxy: channel.proxy, overrides: channel.overrides }),
      ),
    );
    await hear(
      updateChannel(
        context,
        'user:1',
        channel.id,
        channelPatchSchema.parse({ provider: 'local', baseUrl: 'http://x.example' }),
      ),
    );
    await asSetting(context, hear, said);
    await fromFile(context, said);
    await seenBySnapshots(context, database, said, channel.id);
    await rotateDataKey({ ...context, actor: 'cli' });
    await hear(
      rotateMasterSecret({
        database,
        dataDir: '/nowhere',
        from: canary.repeat(3),
        to: undefined,
        now: context.now,
        actor: 'cli',
      }),
    );
    said.push(
      await listChannels(context),
      await getChannel(context, channel.id),
      await listModels(context),
      await listSettings(context, 'root'),
      await listSettings(context, 'admin'),
    );
    said.push(await listAudit(context, { limit: 1000 }, 'root'), await dump(database));
    await deleteChannel(context, 'user:1', channel.id);
    said.push(await listAudit(context, { limit: 1000 }, 'root'), await dump(database));
    const everything = JSON.stringify(said);
    expect(everything).toContain('channel.create');
    expect(everything.includes(canary)).toBe(false);
    for (const form of [
      Buffer.from(canary).toString('base64').slice(0, 20),
      Buffer.from(canary).toString('hex'),
      encodeURIComponent(canary),
    ]) {
      expect(everything.includes(form)).toBe(false);
    }
  });
});

/** A secret setting, written by hand, well and badly. */
async function asSetting(
  context: ConfigurationContext,
  hear: (work: Promise<unknown>) => Promise<void>,
  said: unknown[],
): Promise<void> {
  const root = { actor: 'user:1', audience: 'root' } as const;
  for (const path of ['planted.password', 'planted.rootPassword']) {
    await hear(writeSetting(context, root, path, canary));
    await hear(writeSetting(context, root, path, `${canary}-changed`));
    await hear(writeSetting(context, root, path, canary.repeat(20)));
    await hear(writeSetting(context, root, path, [canary]));
    await hear(writeSetting(context, root, `${path}s`, canary));
  }
  expect(await readSettings(context)).toMatchObject({ planted: { password: `${canary}-changed` } });
  said.push(await listSettings(context, 'root'));
  await hear(writeSetting(context, root, 'planted.rootPassword', null));
}

async function fromFile(context: ConfigurationContext, said: unknown[]): Promise<void> {
  const entry = { name: 'from file', provider: 'acme', credentials: [{ apiKey: '${CANARY}' }], overrides, proxy };
  const file = (fields: object): string => JSON.stringify({ channels: [{ ...entry, ...fields }] });
  const settings = (password: unknown): string =>
    JSON.stringify({ settings: { planted: { rootPassword: password } }, channels: [entry] });
  const env = { CANARY: credential.apiKey };
  const texts = [
    file({}),
    file({
      credentials: [{ apiKey: `${canary}-changed` }],
      overrides: { headers: { set: { 'x-api-token': `${canary}-changed` } } },
    }),
    file({ credentials: [{ apiKey: '${CANARY}', nonsense: canary }] }),
    file({ weight: 'heavy' }),
    file({ proxy: `gopher://${canary}` }),
    file({ groups: ['none'] }),
    settings('${CANARY}'),
    settings('${CANARY}-again'),
    settings('${CANARY}'.repeat(20)),
    settings({ deep: '${CANARY}' }),
    file({}).slice(0, -2),
  ];
  for (const text of texts) {
    for (const run of [planApply, apply]) {
      const result = await run(context, { text, env, source: 'tollgate.yaml' });
      said.push(result, 'plan' in result ? formatPlan(result.plan) : result.problems.map(formatProblem));
    }
  }
}

/** The snapshot is the one place that holds it in the clear; what is logged on the way is not. */
async function seenBySnapshots(
  context: ConfigurationContext,
  database: TestDatabase,
  said: unknown[],
  channelId: string,
): Promise<void> {
  const log = { warn: (...logged: unknown[]) => void said.push(logged) };
  const snapshots = await openSnapshots({ ...context, log });
  opened.push(snapshots);
  expect(snapshots.current().settings).toMatchObject({
    planted: { password: `${canary}-changed`, rootPassword: `${credential.apiKey}-again` },
  });
  expect(snapshots.current().channels.get(channelId)).toMatchObject({
    credentials: [{ values: credential }],
    proxy,
    overrides: { headers: { set: { 'x-api-token': canary } } },
  });
  // A credential that its provider no longer understands is complained about.
  const stricter = new Map(
    [...context.providers].map(([id, provider]) => [
      id,
      { ...provider, credential: z.object({ apiKey: z.string().max(3) }) },
    ]),
  );
  opened.push(await openSnapshots({ ...context, providers: stricter, log }));
  await database.db
    .updateTable('channels')
    .set({ settings_json: JSON.stringify({ apiVersion: [canary.length] }) })
    .where('id', '=', channelId)
    .execute();
  opened.push(await openSnapshots({ ...context, log }));
  await database.db.updateTable('channels').set({ settings_json: '{}' }).where('id', '=', channelId).execute();
}

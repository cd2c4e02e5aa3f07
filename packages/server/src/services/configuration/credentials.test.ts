import { expect, test } from 'bun:test';
import { channelInputSchema } from '@tollgate/contract/api/configuration';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import type { StoredCredential } from '../../domain/configuration.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { openAccountDisabler } from '../channel-tests/account-disabler.ts';
import {
  recoverAccounts,
  testChannels,
  type ChannelTestDeps,
  type Tested,
} from '../channel-tests/channel-test-jobs.ts';
import { openSnapshots } from '../snapshot/snapshots.ts';
import { createChannel } from './channels.ts';
import type { ConfigurationContext } from './context.ts';
import { copyChannel } from './copy-channel.ts';
import {
  appendCredentials,
  changeCredentials,
  credentialsOf,
  deleteCredentials,
  presentCredential,
  replaceCredentials,
} from './credentials.ts';
import { readOverrides } from './read-overrides.ts';
import { testContext } from './testing/configuration.ts';

const key = (name: string): { apiKey: string } => ({ apiKey: `sk-${name}-0123456789` });

async function channelWith(context: ConfigurationContext, ...names: string[]): Promise<string> {
  const input = channelInputSchema.parse({
    name: 'main',
    provider: 'acme',
    credentials: names.map(key),
    models: ['gpt-x'],
  });
  return (await createChannel(context, 'user:1', input)).id;
}

const states = (credentials: readonly StoredCredential[]): unknown =>
  credentials.map((one) => {
    const { index, state, disabled } = presentCredential(one, []);
    return [index, state, disabled?.by ?? null];
  });

eachDatabase('credentials', (open) => {
  test('are added once, replaced without losing their number and state, and removed', async () => {
    const context = await testContext(await open());
    const id = await channelWith(context, 'a', 'b');
    expect(states(await appendCredentials(context, 'user:1', id, [key('b'), key('c'), key('c')]))).toEqual([
      [0, 'in-use', null],
      [1, 'in-use', null],
      [2, 'in-use', null],
    ]);
    await changeCredentials(context, 'user:1', id, { which: [2], enabled: false, reason: 'old' });
    expect(states(await replaceCredentials(context, 'user:1', id, [key('c'), key('d')]))).toEqual([
      [2, 'disabled', 'user:1'],
      [3, 'in-use', null],
    ]);
    expect(states(await deleteCredentials(context, 'user:1', id, [2]))).toEqual([[3, 'in-use', null]]);
    expect(deleteCredentials(context, 'user:1', id, [2])).rejects.toMatchObject({ param: 'which.0' });
    expect(deleteCredentials(context, 'user:1', id, 'all')).rejects.toMatchObject({ param: 'credentials' });
    const audit = JSON.stringify(await auditRepository.page(context.database.db, { limit: 50 }));
    expect(audit).not.toContain('0123456789');
  });

  test('that the gateway takes out of use come back when they answer, or by a person', async () => {
    const context = await testContext(await open());
    const id = await channelWith(context, 'a', 'b');
    const disabler = openAccountDisabler(context, { warn: () => undefined });
    for (const index of [0, 0, 1]) disabler.disable({ channelId: id, index }, 'answered 401');
    await disabler.settled();
    expect(states(await credentialsOf(context, id))).toEqual([
      [0, 'disabled', 'gateway'],
      [1, 'disabled', 'gateway'],
    ]);
    const asked: number[] = [];
    const recovering = await testDeps(context, (index) => {
      asked.push(index);
      return index === 0 ? fine : broken;
    });
    await recoverAccounts(recovering.deps, new AbortController().signal);
    recovering.close();
    expect(asked).toEqual([0, 1]);
    expect(states(await credentialsOf(context, id))).toEqual([
      [0, 'in-use', null],
      [1, 'disabled', 'gateway'],
    ]);
    const back = await changeCredentials(context, 'user:1', id, { which: 'disabled-by-gateway', enabled: true });
    expect(states(back)).toEqual([
      [0, 'in-use', null],
      [1, 'in-use', null],
    ]);
  });

  test('are out of the routes while they are disabled, and the channel with them when all are', async () => {
    const context = await testContext(await open());
    const id = await channelWith(context, 'a', 'b');
    const snapshots = await openSnapshots({ ...context, log: { warn: () => undefined } });
    const routed = async (): Promise<number | undefined> => {
      await snapshots.refresh();
      const [channel] = snapshots.current().routes.get('default')?.get('gpt-x') ?? [];
      return channel?.credentials.filter(({ enabled }) => enabled).length;
    };
    expect(await routed()).toBe(2);
    await changeCredentials(context, 'user:1', id, { which: [0], enabled: false });
    expect(await routed()).toBe(1);
    await changeCredentials(context, 'user:1', id, { which: 'all', enabled: false });
    expect(await routed()).toBeUndefined();
    snapshots.close();
  });
});

eachDatabase('tests of channels', (open) => {
  const rules = { ...defaultSettings.channels, slowMs: 1000 };

  test('take out of use what says that it is no good, and what is slow', async () => {
    const context = await testContext(await open());
    const id = await channelWith(context, 'a', 'b', 'c');
    const outcomes = [broken, { ...fine, durationMs: 2000 }, fine];
    for (const outcome of outcomes) {
      const { deps, close } = await testDeps(context, () => outcome, { ...defaultSettings, channels: rules });
      await testChannels(deps, new AbortController().signal);
      close();
    }
    expect((await credentialsOf(context, id)).map(({ disabled }) => disabled?.reason)).toEqual([
      'answered 401: bad key',
      'took 2000 ms for a test',
      undefined,
    ]);
  });
});

eachDatabase('copies of channels', (open) => {
  test('have the same accounts, and are out of use at first', async () => {
    const context = await testContext(await open());
    const id = await channelWith(context, 'a', 'b');
    await changeCredentials(context, 'user:1', id, { which: [1], enabled: false });
    const copy = await copyChannel(context, 'user:1', id, { name: 'copy', enabled: false });
    expect(copy).toMatchObject({
      name: 'copy',
      enabled: false,
      models: [{ name: 'gpt-x' }],
      credentials: [
        { index: 0, enabled: true },
        { index: 1, enabled: false },
      ],
    });
    expect(copyChannel(context, 'user:1', id, { name: 'copy', enabled: false })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

test('all that is wrong with overrides is told, with what would be right', () => {
  expect(
    readOverrides({
      body: {
        operations: [
          { mode: 'regexreplace', path: 'a' },
          { mode: 'set', pth: 'a' },
        ],
      },
    }).mistakes,
  ).toEqual([
    { path: 'body.operations.0.mode', problem: '"regexreplace" is none of its words', instead: '"regex_replace"' },
    { path: 'body.operations.1.pth', problem: 'there is no such field', instead: '"path"' },
  ]);
  expect(readOverrides({ paramOverride: { operations: [{ mode: 'move', from: 'a' }] } }).mistakes).toEqual([
    { path: 'body.operations.0.to', problem: 'is missing', instead: 'a path in the body' },
  ]);
  expect(readOverrides({ headerOverride: { Connection: 'x' } }).mistakes).toHaveLength(1);
});

const fine: Tested = { ok: true, status: 200, durationMs: 5, cause: null, message: '' };
const broken: Tested = { ok: false, status: 401, durationMs: 5, cause: 'auth', message: 'bad key' };

async function testDeps(
  context: ConfigurationContext,
  outcome: (index: number) => Tested,
  settings: Settings = defaultSettings,
): Promise<{ readonly deps: ChannelTestDeps; close(): void }> {
  const snapshots = await openSnapshots({ ...context, log: { warn: () => undefined } });
  return {
    deps: {
      configuration: context,
      settings: () => settings,
      channels: () => snapshots.current().channels,
      test: (account) => Promise.resolve(outcome(account.index)),
      log: { warn: () => undefined },
    },
    close: () => snapshots.close(),
  };
}

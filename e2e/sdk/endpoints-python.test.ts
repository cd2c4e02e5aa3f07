import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks } from '../books.ts';
import { endWell, startGateway } from '../gateway.ts';
import { until } from '../until.ts';
import { endpointOf, sdkOf, watchEndpoints, type Sdk } from './asked-endpoints.ts';
import { installPython } from './clients/python.ts';
import { holdToRows } from './endpoint-rows.ts';
import { startEverything } from './upstreams/everything.ts';

setDefaultTimeout(60_000);

// All that the official SDKs of Python ask, in one process, with what each step must cost. `python/endpoints.py` has the steps.

/** A step as `endpoints.py` tells of it. */
type Step = {
  readonly step: string;
  readonly nanos: number;
  /** What each answer over a WebSocket must cost. */
  readonly session: readonly number[];
  readonly error: string | null;
  /** Ids of its requests, by which its charges are found. */
  readonly ids: readonly string[];
  readonly asked: readonly (readonly [method: string, url: string, headers: Readonly<Record<string, string>>])[];
  /** What it asked over WebSockets. */
  readonly sockets?: readonly (readonly [sdk: Sdk, endpoint: string])[];
};

const python = await installPython();
if ('missing' in python) test.skip(`every endpoint by the SDKs of Python: ${python.missing}`, () => undefined);
else await testSteps(python.python);

/** Runs all steps, and holds each to its cost. */
async function testSteps(executable: string): Promise<void> {
  const everything = startEverything();
  const gateway = await startGateway({ config: everything.config, commands: setUpRoot });
  const books = openBooks(gateway, undefined);
  afterAll(async () => {
    await books.close();
    await endWell(gateway);
    await everything.stop();
  });
  const admin = await openAdmin(gateway);
  await admin.credit('50');
  const { key } = await admin.createKey('python');
  const child = Bun.spawn([executable, join(import.meta.dir, 'python/endpoints.py'), gateway.url, key], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const lines = (await new Response(child.stdout).text()).trim().split('\n');
  const steps = lines.map((line) => JSON.parse(line) as Step);

  const watched = watchEndpoints();
  for (const { asked, sockets = [] } of steps) {
    for (const [method, url, headers] of asked) {
      const endpoint = endpointOf(method, url, new Headers(headers));
      if (endpoint !== undefined) watched.note(sdkOf(new Headers(headers)), endpoint);
    }
    for (const [sdk, endpoint] of sockets) watched.note(sdk, endpoint);
  }

  describe('python', () => {
    test.each(steps.map((one) => [one.step, one] as const))('%s', async (_name, { error, ids, nanos }) => {
      expect(error).toBeNull();
      const paid = async (): Promise<bigint> =>
        (await books.charges())
          .filter(({ requestId }) => ids.includes(requestId))
          .reduce((sum, { amount }) => sum + amount, 0n);
      await until('all is charged', async () => (await paid()) >= BigInt(nanos));
      expect(await paid()).toBe(BigInt(nanos));
    });
    test('runs to its end', async () => {
      expect(await child.exited).toBe(0);
    });
    test('each session is charged, nothing is beside, and the books agree', async () => {
      const known = new Set(steps.flatMap(({ ids }) => ids));
      const sessions = steps.flatMap(({ session }) => session.map(BigInt));
      const beside = async (): Promise<readonly bigint[]> =>
        (await books.charges()).filter(({ requestId }) => !known.has(requestId)).map(({ amount }) => amount);
      await until('the sessions are charged', async () => (await beside()).length >= sessions.length);
      const inOrder = (amounts: readonly bigint[]): readonly bigint[] => amounts.toSorted((a, b) => Number(a - b));
      expect(inOrder(await beside())).toEqual(inOrder(sessions));
      expect(await verify(gateway)).toEqual(balanced);
    });
    test('the endpoints of its rows were asked', () => holdToRows('endpoints-python.test.ts', watched));
  });
}

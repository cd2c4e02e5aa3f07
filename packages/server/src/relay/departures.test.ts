import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import {
  delta,
  frame,
  openScriptedUpstream,
  streamAnswer,
  wholeAnswer,
  type Behaviour,
} from './testing/scripted-upstream.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from './testing/gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstream(behaviour?: Behaviour) {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}
async function gateway(baseUrl: string, relay: Partial<Settings['relay']> = {}): Promise<TestGateway> {
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, ...relay } };
  const one = await openTestGateway(snapshotOf([channelOf({ id: 'a', baseUrl })], settings));
  open.push(one);
  return one;
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const ends = (gate: TestGateway) =>
  gate.records.map(({ status, endReason, charge }) => [status, endReason, charge?.amount]);
const nothingOpen = { openRequests: 0, bufferedBytes: 0, drains: 0 };

describe('clients that leave early', () => {
  test('in the middle of their body: their doing, not a mistake of the gateway', async () => {
    const up = await upstream();
    const gate = await gateway(up.baseUrl);
    const { port } = new URL((await gate.get('/v1/models')).url);
    const head =
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk-test\r\ncontent-length: 100';
    const socket = await Bun.connect({ hostname: '127.0.0.1', port: Number(port), socket: { data: () => undefined } });
    socket.write(`${head}\r\n\r\n{"mod`);
    while (gate.deps.load.openRequests === 0) await Bun.sleep(5);
    socket.terminate();
    await gate.recorded(1);
    expect(ends(gate)).toEqual([[499, 'client_disconnected', undefined]]);
    expect(gate.deps.load).toMatchObject(nothingOpen);
  });

  test('half, by closing their side after the body: they have left, are settled once, and leave nothing open', async () => {
    // The listener ends a connection whose client closes its side, as many proxies do (docs/operations.md).
    const up = await upstream(wholeAnswer('Hi'));
    const gate = await gateway(up.baseUrl);
    const { port } = new URL((await gate.get('/v1/models')).url);
    const body = JSON.stringify(hello);
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk-test`;
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    socket.end(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await gate.recorded(1);
    socket.destroy();
    expect(gate.records.map(({ status, endReason }) => [status, endReason])).toEqual([[499, 'client_disconnected']]);
    expect(gate.deps.load).toMatchObject(nothingOpen);
  });

  test('while money is set aside: no upstream is asked, and nothing is charged', async () => {
    const up = await upstream();
    const gate = await gateway(up.baseUrl);
    const { ledger } = gate.deps;
    const asked = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const hold: typeof ledger.hold = async (debits) => {
      asked.resolve();
      await left.promise;
      return ledger.hold(debits);
    };
    Object.assign(gate.deps, { ledger: { ...ledger, hold } });
    const leaving = new AbortController();
    const answer = gate.post(hello, { signal: leaving.signal }).catch(() => undefined);
    await asked.promise;
    leaving.abort();
    await answer;
    await Bun.sleep(50);
    left.resolve();
    await gate.recorded(1);
    expect(ends(gate)).toEqual([[499, 'client_disconnected', undefined]]);
    expect(up.received).toHaveLength(0);
    expect(gate.deps.load).toMatchObject(nothingOpen);
  });
});

describe('answers that do not end', () => {
  test('are not collected for ever', async () => {
    const up = await upstream((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const spaces = Buffer.alloc(4 << 20, 32);
      const more = (): void => void (response.destroyed || response.write(spaces, () => more()));
      more();
    });
    const gate = await gateway(up.baseUrl);
    const answer = await gate.post(hello);
    expect([answer.status, await answer.json()]).toMatchObject([502, { error: { code: 'upstream_error' } }]);
    expect(ends(gate)).toEqual([[502, 'upstream_error', undefined]]);
    expect(gate.deps.load).toMatchObject(nothingOpen);
  });
});

describe('streams that say nothing', () => {
  test('one too long to be held back that ends without a word is ended and settled, not left open', async () => {
    const comments = Array.from({ length: 20 }, () => `: ${'.'.repeat(100_000)}\n\n`);
    const up = await upstream(streamAnswer(comments));
    const gate = await gateway(up.baseUrl);
    const answer = await gate.post({ ...hello, stream: true });
    expect(await answer.text()).toContain('upstream_cut');
    expect(ends(gate)).toEqual([[200, 'upstream_cut', undefined]]);
    expect(gate.deps.load).toMatchObject(nothingOpen);
  });
});

describe('mistakes of the gateway while an answer arrives', () => {
  test.each([
    ['whole', false, undefined],
    ['streamed', true, streamAnswer([frame(delta('Hel')), frame('[DONE]')])],
  ] as const)('%s: answered or ended, settled once, hold given back', async (_, stream, behaviour) => {
    const up = await upstream(behaviour);
    const gate = await gateway(up.baseUrl);
    const { ledger } = gate.deps;
    const settle: typeof ledger.settle = (hold, record, done) => {
      if (record.charge) throw new Error('planted');
      ledger.settle(hold, record, done);
    };
    Object.assign(gate.deps, {
      ledger: { ...ledger, settle },
      log: { warn: () => undefined, error: () => undefined },
    });
    const answer = await gate.post({ ...hello, stream });
    await answer.text();
    expect(gate.deps.load).toMatchObject(nothingOpen);
    expect(up.received).toHaveLength(1);
  });
});

test('setting the clock of the machine neither ends requests nor keeps them', async () => {
  const up = await upstream(() => undefined);
  const gate = await gateway(up.baseUrl, { firstByteTimeoutMs: 150 });
  const { clock } = gate.deps;
  Object.assign(gate.deps, { clock: { ...clock, now: () => Date.now() + 3_600_000 } });
  expect((await gate.post(hello)).status).toBe(504);
});

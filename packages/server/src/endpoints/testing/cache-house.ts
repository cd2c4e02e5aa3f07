import { defaultSettings } from '@tollgate/contract/settings';
import type { OpenableEndpoint } from '@tollgate/contract/openable-endpoints';
import { expect } from 'bun:test';
import type { RequestRecord } from '../../domain/record.ts';
import { channelOf, openTestGateway, snapshotOf, testPrice, type TestGateway } from '../../relay/testing/gateway.ts';
import type { ProcessOptions } from '../../relay/testing/process.ts';
import type { setStage } from './stage.ts';

/** Where caches are. */
export const path = '/v1beta/cachedContents';
/** What each cache holds. */
export const tokens = 3_600_000;
/** A token-hour costs 1000 nano-dollars: so many tokens cost 1000 in a millisecond. */
export const perMs = 1000n;
export const storagePrice = { ...testPrice, rates: { ...testPrice.rates, cacheTokenHours: 1_000_000_000n } };
export const contents = [{ role: 'user', parts: [{ text: 'A long book.' }] }];

export type House = {
  readonly gate: TestGateway;
  /** What the account keeps: until when (ms since the epoch), or that it is gone. */
  readonly state: {
    expiresAt: number;
    readonly asked: string[];
    deletes: boolean;
    beforeAnswer: (() => Promise<void>) | undefined;
    /** What it is asked it does, and its answer is lost. */
    breaks: boolean;
    /** How long it takes to look, and how long what it tells is on its way, ms. */
    readonly lookMs: { GET: number };
    readonly lateMs: { GET: number };
    readonly queries: string[];
  };
};

/** An account of Google's that keeps a cache as long as it is told to, and forgets it by itself. */
export async function house(
  stage: ReturnType<typeof setStage>,
  options: {
    readonly stretchMs?: number;
    readonly opened?: readonly OpenableEndpoint[];
    readonly price?: typeof storagePrice;
    readonly policy?: 'drain' | 'cancel';
    readonly objects?: ProcessOptions['objects'];
  } = {},
): Promise<House> {
  const state: House['state'] = {
    expiresAt: 0,
    asked: [],
    deletes: true,
    beforeAnswer: undefined,
    breaks: false,
    lookMs: { GET: 0 },
    lateMs: { GET: 0 },
    queries: [],
  };
  const told = (): object => ({
    name: 'cachedContents/abc',
    model: 'models/m-upstream',
    usageMetadata: { totalTokenCount: tokens },
    expireTime: new Date(state.expiresAt).toISOString(),
  });
  const upstream = await stage.upstream(async (response, { method, path: at, json }) => {
    await state.beforeAnswer?.();
    state.asked.push(`${method} ${at.split('?', 1)[0]}`);
    state.queries.push(new URL(at, 'http://upstream').search);
    if (method === 'GET') await Bun.sleep(state.lookMs.GET);
    const { ttl } = (json ?? {}) as { readonly ttl?: string };
    if (ttl !== undefined) state.expiresAt = Date.now() + Number(ttl.slice(0, -1)) * 1000;
    const kept = state.expiresAt > Date.now();
    if (method === 'DELETE' && state.deletes) state.expiresAt = 0;
    const isDenied = !kept || (method === 'DELETE' && !state.deletes);
    const denied = { error: { code: 403, message: 'CachedContent not found (or permission denied)' } };
    const broken = { error: { code: 500, message: 'Internal' } };
    const status = !isDenied ? 200 : kept ? 500 : 403;
    const answer = JSON.stringify(status === 500 ? broken : isDenied ? denied : method === 'DELETE' ? {} : told());
    if (method === 'GET') await Bun.sleep(state.lateMs.GET);
    if (state.breaks) return void response.destroy();
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
  });
  const channel = channelOf({ id: 'c', provider: 'gemini', baseUrl: upstream.baseUrl.replace(/\/v1$/, '') });
  const { relay } = defaultSettings;
  const policy = options.policy ?? relay.disconnectPolicy;
  const settings = { ...defaultSettings, relay: { ...relay, disconnectPolicy: policy } };
  const snapshot = snapshotOf([channel], settings);
  const models = new Map(
    [...snapshot.models].map(([name, model]) => [name, { ...model, price: options.price ?? storagePrice }]),
  );
  const groups = new Map(
    [...snapshot.groups].map(([name, group]) => [name, { ...group, openEndpoints: options.opened ?? [] }]),
  );
  const gate = await openTestGateway(
    { ...snapshot, models, groups },
    {
      objects: { stretchMs: options.stretchMs ?? 3_600_000, firstPollMs: 5, ...options.objects },
      logged: () => undefined,
    },
  );
  stage.close(gate);
  return { gate, state };
}

/** Has the account keep one. */
export async function make({ gate }: House, ttl: string): Promise<void> {
  const response = await gate.post({ model: 'models/m', contents, ttl }, { path });
  expect(response.status).toBe(200);
  await gate.recorded(1);
}

/** Changes how long it is kept. */
export const change = (
  { gate }: House,
  ttl: string,
  query = 'updateMask=ttl',
  signal?: AbortSignal,
): Promise<Response> =>
  fetch(gate.url(`${path}/abc?${query}`), {
    method: 'PATCH',
    headers: { 'x-goog-api-key': 'sk-test', 'content-type': 'application/json' },
    body: JSON.stringify({ ttl }),
    ...(signal && { signal }),
  });

/** What a record charges; -1 where that is nothing. */
export const amountOf = ({ charge }: RequestRecord): bigint => charge?.amount ?? -1n;
export const idOf = (gate: TestGateway): string => gate.records[0]?.id ?? '';

/** What is set aside, and for what. */
export async function reserved(gate: TestGateway): Promise<readonly { id: string; state: string; debits: string }[]> {
  return await gate.database.db.selectFrom('reservations').select(['id', 'state', 'debits']).orderBy('id').execute();
}

/** Resolves once something is so. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await Bun.sleep(5);
}
/** Resolves once a stretch is set aside for. */
export const heldFor = (gate: TestGateway, stretch: number): Promise<void> =>
  until(async () => (await reserved(gate)).some(({ id }) => id === `${idOf(gate)}_${stretch}`));

/** Every stretch follows the one before, each charged by its own length: together as long as it was kept. */
export function expectKept(gate: TestGateway, keptMs: { readonly least: number; readonly most: number }): void {
  const stretches = gate.records.slice(1);
  expect(stretches.map(({ id }) => id)).toEqual(stretches.map((_, index) => `${idOf(gate)}_${index + 1}`));
  const sum = stretches.reduce((all, one) => all + amountOf(one), 0n);
  expect(sum).toBeGreaterThanOrEqual(BigInt(keptMs.least) * perMs);
  expect(sum).toBeLessThanOrEqual(BigInt(keptMs.most) * perMs);
}

/** The books hold, and nothing is set aside any more. */
export async function expectClean(gate: TestGateway): Promise<void> {
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect((await reserved(gate)).filter(({ state }) => state === 'open')).toEqual([]);
}

import { groupFields } from '@tollgate/contract/entities/group';
import { channelFields, type ChannelFields } from '@tollgate/contract/entities/channel';
import { defaultsOf } from '@tollgate/contract/entities/field';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Server } from 'bun';
import type { z } from 'zod';
import { overridesSchema } from '@tollgate/contract/api/overrides';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { spendingOfKey } from '../../services/activity/spending.ts';
import { createV1 } from '../../http/v1/routes.ts';
import type { ModelMapping } from '../../domain/configuration.ts';
import { readChannelCosts } from '../../domain/channel-costs.ts';
import { compileOverrides } from '../../domain/overrides/compile.ts';
import type { Price } from '../../domain/price.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { noProviderKeys } from '../../domain/provider-keys.ts';
import { serveModel } from '../../domain/served-model.ts';
import type { Channel, KeyRecord, Snapshot } from '../../domain/snapshot.ts';
import { createAskPublic } from '../../egress/ask-public.ts';
import { createFetchPublic } from '../../egress/fetch-public.ts';
import { createOpenPublic } from '../../egress/open-public.ts';
import { resolveWithSystem } from '../../egress/resolve.ts';
import { createIdSource } from '../../ids.ts';
import { findProvider } from '../../providers/index.ts';
import { openTokenCache } from '../../providers/shared/token-cache.ts';
import { hashSecret } from '../../services/accounts/secret-text.ts';
import { openClientSecrets } from '../../services/client-secrets.ts';
import { openConversations } from '../../services/conversations/conversations.ts';
import type { Verification } from '../../services/ledger/verify.ts';
import type { Jobs } from '../../services/jobs/jobs.ts';
import type { AccountId } from '../../services/channel-tests/account-disabler.ts';
import type { Ledger } from '../../services/ledger/types.ts';
import { openJsonThread } from '../../services/json-thread.ts';
import { openResultStore } from '../../services/media/results/result-store.ts';
import { openThumbnails } from '../../services/media/thumbnails.ts';
import { openSpool } from '../../services/spool.ts';
import type { Database } from '../../store/database.ts';
import { createUpstreamClient } from '../../upstream/client.ts';
import { openUpstreamSocket } from '../../upstream/upstream-socket.ts';
import { askTokenThrough } from '../send/authenticate.ts';
import { openDeadlines } from '../send/deadlines.ts';
import { openAccountUse } from '../plan/account-use.ts';
import { openAffinity } from '../plan/affinity.ts';
import { openHealthTracker } from '../plan/health-tracker.ts';
import type { Limiter } from '../../services/limits/limiter.ts';
import { openMemoryLimiter } from '../../services/limits/memory-limiter.ts';
import { emptyLoad } from '../admit/load.ts';
import { openPlaces } from '../admit/places.ts';
import { emptyMetrics } from '../settle/metrics.ts';
import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import { clientSockets, type ClientEvents } from '../socket/client-socket.ts';
import { openTestBooks, type GivenBooks } from './books.ts';
import { openTestProcess, patient, type ProcessOptions } from './process.ts';

/** 1 USD per million input tokens, 2 per million output tokens. */
export const testPrice: Price = {
  version: 'price_test',
  rates: { inputText: 1_000_000_000n, outputText: 2_000_000_000n, cacheRead: 100_000_000n },
  conditional: [],
  perCall: undefined,
  source: 'test',
  asOf: '2026-01-01',
};

export type ChannelSpec = {
  readonly id: string;
  readonly baseUrl: string;
  readonly provider?: string;
  /** Upstream names by public ones, or what a channel's list says of them. */
  readonly models?: Readonly<Record<string, string | Omit<ModelMapping, 'name'>>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly priority?: number;
  readonly weight?: number;
  readonly apiKeys?: readonly string[];
  /** By which its accounts sign what they call about. */
  readonly webhookSecret?: string;
  readonly overrides?: z.input<typeof overridesSchema>;
  /** Any of its other fields. */
  readonly fields?: Partial<ChannelFields>;
};

export function channelOf(spec: ChannelSpec): Channel {
  const provider = findProvider(spec.provider ?? 'openai');
  if (!provider) throw new Error(`no provider ${spec.provider}`);
  return {
    ...defaultsOf(channelFields),
    ...spec.fields,
    id: spec.id,
    name: `name-of-${spec.id}`,
    provider,
    baseUrl: spec.baseUrl,
    settings: provider.settings.parse(spec.settings ?? {}),
    credentials: (spec.apiKeys ?? ['sk-upstream-canary']).map((apiKey, index) => ({
      index,
      values: { apiKey, ...(spec.webhookSecret !== undefined && { webhookSecret: spec.webhookSecret }) },
      enabled: true,
    })),
    models: new Map(
      Object.entries(spec.models ?? { m: 'm-upstream' }).map(([name, served]) => [
        name,
        serveModel({ name, ...(typeof served === 'string' ? { upstream: served } : served) }, provider),
      ]),
    ),
    priority: spec.priority ?? 0,
    weight: spec.weight ?? 1,
    overrides: compileOverrides(overridesSchema.parse(spec.overrides ?? {})).overrides,
    proxy: undefined,
    costSheet: readChannelCosts(spec.fields?.costs ?? null),
  };
}

export function snapshotOf(channels: readonly Channel[], settings: Settings = defaultSettings): Snapshot {
  const models = new Set(channels.flatMap((channel) => [...channel.models.keys()]));
  return {
    version: 1,
    settings,
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    routes: new Map([['default', new Map([...models].map((m) => [m, channels.filter((c) => c.models.has(m))]))]]),
    models: new Map(
      [...models].map((name) => [
        name,
        { name, price: testPrice, maxOutputTokens: 1000, operations: undefined, ownedBy: 'test', createdAt: 0 },
      ]),
    ),
    groups: new Map([
      [
        'default',
        { name: 'default', multiplier: 1_000_000n, userGroupMultipliers: new Map(), ...defaultsOf(groupFields) },
      ],
    ]),
    providerKeys: noProviderKeys,
  };
}

/** The relay with everything real behind it but the upstream, listening on a real port. */
export type TestGateway = {
  readonly deps: RelayDeps;
  /** Accounts that would have been taken out of use. */
  readonly disabled: (AccountId & { readonly reason: string })[];
  readonly database: Database;
  /** What this process does later. */
  readonly jobs: Jobs;
  /** Every record as it was settled or noted. */
  readonly records: RequestRecord[];
  post(
    body: unknown,
    options?: {
      readonly key?: string | null;
      readonly signal?: AbortSignal;
      readonly path?: string;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<Response>;
  /** Posts a body that is no JSON. */
  send(path: string, body: FormData): Promise<Response>;
  get(path: string, method?: 'GET' | 'DELETE' | 'POST'): Promise<Response>;
  /** Resolves once so many records exist. */
  recorded(count: number): Promise<void>;
  changeKey(change: Partial<KeyRecord>): void;
  /** Another process takes up what this one left open in the background. */
  succeed(): void;
  /** Takes all money out of the wallet. */
  spendAll(): Promise<void>;
  /** Takes so much out of the wallet that this is left. */
  leave(amount: bigint): Promise<void>;
  /** What is left in the wallet, once everything is posted. */
  balance(): Promise<bigint>;
  /** What holds were extended by, refused ones too. */
  readonly extensions: readonly bigint[];
  /** Lets so much time pass on the monotonic clock: what has a deadline within it is over. */
  skip(ms: number): void;
  /** Posts everything and proves the books. */
  verify(): Promise<Verification>;
  /** Where a path is. */
  url(path: string): string;
  close(): Promise<void>;
};

const goodKey = 'sk-test';

export type TestOptions = ProcessOptions & {
  /** In memory when absent. */
  readonly limits?: Limiter;
  /** Endpoints in place of the gateway's. */
  readonly table?: readonly Endpoint[];
  /** Where it writes; one of its own in memory by default. The wallet there is filled already. */
  readonly books?: GivenBooks;
  /** Given all that is logged. */
  readonly logged?: (fields: Readonly<Record<string, unknown>>, message: string) => void;
};

const openBox = { seal: (plain: string): string => plain, open: (sealed: string): string => sealed };

export async function openTestGateway(snapshot: Snapshot, options: TestOptions = {}): Promise<TestGateway> {
  let key: KeyRecord = {
    id: 'key_1',
    name: 'test',
    enabled: true,
    expiresAt: undefined,
    models: undefined,
    allowedIps: undefined,
    group: undefined,
    groupGranted: false,
    limited: false,
    strictConversion: false,
    passFields: [],
    limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
    user: {
      id: 'user_1',
      role: 'user',
      enabled: true,
      group: 'default',
      limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
    },
  };
  let skippedMs = 0;
  const clock = { now: () => Date.now(), elapsed: () => performance.now() + skippedMs };
  const records: RequestRecord[] = [];
  const extensions: bigint[] = [];
  const books = await openTestBooks(key.user.id, clock, options.books);
  const ledger: Ledger = {
    ...books.ledger,
    settle(hold, record, done) {
      records.push(record);
      books.ledger.settle(hold, record, done);
    },
    settlePart(hold, record, done) {
      records.push(record);
      books.ledger.settlePart(hold, record, done);
    },
    extend(hold, by) {
      extensions.push(by);
      return books.ledger.extend(hold, by);
    },
    note(record) {
      records.push(record);
      books.ledger.note(record);
    },
  };
  const disabled: TestGateway['disabled'] = [];
  const load = emptyLoad();
  const upstream = createUpstreamClient({});
  const conversations = openConversations({
    database: books.database,
    now: clock.now,
    promptly: patient,
    log: { warn: (fields) => console.error(fields) },
    secretBox: openBox,
  });
  const openProcess = () => openTestProcess(() => deps, books, options);
  const first = openProcess();
  const processes = [first];
  const deps: RelayDeps = {
    snapshot: () => snapshot,
    keys: {
      find: (text) => (text === goodKey ? key : { refused: 'unknown' }),
      findHashed: (hash) => (hash === hashSecret(goodKey) ? key : { refused: 'unknown' }),
    },
    clientSecrets: openClientSecrets({
      database: books.database,
      secretBox: openBox,
      now: clock.now,
      promptly: patient,
    }),
    ledger,
    upstream,
    tokens: openTokenCache({ ask: askTokenThrough(upstream), now: clock.now }),
    conversations,
    background: first.background,
    openSocket: openUpstreamSocket,
    fetchPublic: createFetchPublic({ resolve: resolveWithSystem }),
    openPublic: createOpenPublic({ resolve: resolveWithSystem }),
    askPublic: createAskPublic({ resolve: resolveWithSystem }),
    tasks: first.videos,
    results: openResultStore(() => snapshot.settings.media.results, books.dataDir),
    thumbnails: openThumbnails(),
    objects: first.objects,
    health: openHealthTracker(clock.elapsed),
    accounts: openAccountUse(),
    affinity: openAffinity(clock.elapsed),
    disabler: { disable: (account, reason) => void disabled.push({ ...account, reason }) },
    limits: options.limits ?? openMemoryLimiter(clock.elapsed),
    places: openPlaces(),
    deadlines: openDeadlines(clock.elapsed, () => undefined),
    load,
    jsonThread: openJsonThread(),
    spool: openSpool({ dir: join(books.dataDir, 'spool'), maxBytes: 1 << 30 }),
    metrics: emptyMetrics(),
    clock,
    log: {
      warn: (fields, message) => options.logged?.(fields, message),
      error: options.logged ?? ((fields) => console.error(fields)),
    },
    random: Math.random,
  };
  first.start();
  const newId = createIdSource(clock.now, randomBytes);
  const v1 = createV1(
    deps,
    newId,
    {
      clientIp: (request) => server.requestIP(request)?.address ?? '',
      upgrade: (request, data, headers) => server.upgrade(request, { data, headers }),
      spendingOf: async (key) => await spendingOfKey(books.database, key, clock.now()),
    },
    options.table,
  );
  const server: Server<ClientEvents> = Bun.serve({
    port: 0,
    idleTimeout: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request) => v1(request, new URL(request.url).pathname),
    websocket: clientSockets,
  });
  const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`;
  const authorization = (text: string | null): Record<string, string> =>
    text === null ? {} : { authorization: `Bearer ${text}` };
  return {
    deps,
    disabled,
    database: books.database,
    jobs: first.jobs,
    records,
    post: (body, options = {}) =>
      fetch(at(options.path ?? '/v1/chat/completions'), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...authorization(options.key === undefined ? goodKey : options.key),
          ...options.headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(options.signal ? { signal: options.signal } : {}),
      }),
    send: (path, body) => fetch(at(path), { method: 'POST', headers: authorization(goodKey), body }),
    get: (path, method = 'GET') => fetch(at(path), { method, headers: authorization(goodKey) }),
    async recorded(count) {
      while (records.length < count) await Bun.sleep(5);
    },
    changeKey(change) {
      key = { ...key, ...change };
    },
    succeed() {
      const next = openProcess();
      next.start();
      processes.push(next);
    },
    spendAll: books.spendAll,
    leave: books.leave,
    balance: books.balance,
    verify: books.verify,
    extensions,
    skip(ms) {
      skippedMs += ms;
    },
    url: at,
    async close() {
      await server.stop(true);
      for (const { jobs } of processes) await jobs.stop();
      deps.deadlines.close();
      deps.jsonThread.close();
      upstream.close();
      await conversations.close();
      await books.close();
    },
  };
}

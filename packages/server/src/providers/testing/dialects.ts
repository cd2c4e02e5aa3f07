import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { ProtocolId } from '@tollgate/wire/protocol';
import { baseUrlOf } from '../../domain/base-url.ts';
import type { Channel } from '../../domain/snapshot.ts';
import { serveModel } from '../../domain/served-model.ts';
import { firstAccount, listModels } from '../../inquiries/list-models.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../../relay/testing/gateway.ts';
import {
  answer,
  openScriptedUpstream,
  type Behaviour,
  type Received,
  type ScriptedUpstream,
} from '../../relay/testing/scripted-upstream.ts';
import type { AnyProvider, Dialect } from '../define.ts';
import { joinPath } from '../path.ts';
import { cozePlay, difyPlay } from './plays/bots.ts';
import { conversePlay, writeChunk } from './plays/converse.ts';
import { chatPlay, openChat, openResponses, responsesPlay } from './plays/openai.ts';
import {
  geminiPlay,
  interactionsPlay,
  messagesPlay,
  openGenerate,
  openInteraction,
  openMessages,
} from './plays/others.ts';
import type { Open, Play, PlayFrame } from './plays/play.ts';
import { columns, openTable, type Column, type Table } from './table.ts';

const plays: Readonly<Partial<Record<ProtocolId, Play>>> = {
  'openai-chat': chatPlay,
  'openai-responses': responsesPlay,
  'anthropic-messages': messagesPlay,
  gemini: geminiPlay,
  'gemini-interactions': interactionsPlay,
  'bedrock-converse': conversePlay,
  dify: difyPlay,
  coze: cozePlay,
};

/** Who asks: a client of the same protocol, so that its bytes pass, or of Chat where no client speaks it. */
const opens: Readonly<Partial<Record<ProtocolId, Open>>> = {
  'openai-responses': openResponses,
  'anthropic-messages': openMessages,
  gemini: openGenerate,
  'gemini-interactions': openInteraction,
};

type ByProtocol<T> = Readonly<Partial<Record<ProtocolId, T>>>;

/** What a provider's dialects are asked with, and how it must look on the wire. */
export type DialectFixtures = {
  readonly credential?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly models?: ByProtocol<string> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly ownHeaders?: ByProtocol<Readonly<Record<string, string>>>;
  readonly query?: string;
  readonly perCall?: 'sigv4' | 'volc' | 'jwt' | 'token';
  readonly paths: { readonly chat?: string };
  readonly others?: ByProtocol<{ readonly chat?: string }>;
  readonly streamed?: string | ByProtocol<string>;
  /** Where models are listed, and how, when it is not as OpenAI does. */
  readonly listed?: {
    readonly path: string;
    readonly body: unknown;
    readonly names?: readonly string[];
    readonly also?: Readonly<Record<string, unknown>>;
  };
};

export type Asked = { readonly provider: AnyProvider; readonly fixtures: DialectFixtures };

/** The vendors, all on one socket, and a gateway with a channel for each of their dialects. */
type Stage = { readonly world: TestGateway; readonly upstream: ScriptedUpstream; close(): Promise<void> };

/** Asks providers by each of their dialects through the whole gateway, and prints what works by whom. */
export function describeDialects(all: readonly Asked[]): void {
  describe('through the whole gateway', () => {
    let stage: Stage;
    const table = openTable();
    beforeAll(async () => {
      stage = await openStage(all);
    });
    afterAll(async () => await stage.close());

    for (const asked of all) {
      for (const dialect of asked.provider.dialects) {
        if (dialect.paths.chat === undefined && !dialect.routed)
          for (const column of columns.filter((one) => one !== 'models'))
            table.skip(
              asked.provider.id,
              dialect.protocol,
              column,
              'no conversations: its endpoints have suites of their own',
            );
        else describeDialect(() => stage, table, asked, dialect);
      }
      describeListing(() => stage, table, asked);
    }

    test('the books agree', async () => {
      expect((await stage.world.verify()).problems).toEqual([]);
    });

    test('everybody has been asked everything, or there is a reason', () => {
      const rows = all.flatMap(({ provider }) =>
        provider.dialects.map(({ protocol }) => [provider.id, protocol] as const),
      );
      expect(table.missing(rows)).toEqual([]);
      console.log(table.print(rows));
    });
  });
}

function describeDialect(stage: () => Stage, table: Table, asked: Asked, dialect: Dialect): void {
  const { provider } = asked;
  const { protocol } = dialect;
  const play = plays[protocol];
  if (!play) throw new Error(`nobody plays ${protocol}`);
  const name = publicName(provider, dialect);

  const ask = async (behaviour: Behaviour, stream: boolean, tools = false) => {
    const { world, upstream } = stage();
    const { path, body } = (opens[protocol] ?? openChat)(name, stream, tools);
    const before = world.records.length;
    upstream.received.length = 0;
    upstream.behave(behaviour);
    const response = await world.post(body, { path });
    const text = await response.text();
    await world.recorded(before + 1);
    const [received] = upstream.received;
    expectOnTheWire(asked, dialect, stream, received);
    return { status: response.status, text, record: world.records[before] };
  };
  const cell = (column: Column, work: () => Promise<void>): void =>
    test(`${provider.id} by ${protocol}: ${column}`, async () => {
      await work();
      table.pass(provider.id, protocol, column);
    });

  cell('text', async () => {
    const { status, text } = await ask(whole(dialect, play), false);
    expect([status, text]).toEqual([200, expect.stringContaining('Hello') as string]);
  });
  cell('stream', async () => {
    const { status, text } = await ask(streamed(dialect, play), true);
    expect([status, text]).toEqual([200, expect.stringContaining('Hel') as string]);
  });
  if (play.noTools) table.skip(provider.id, protocol, 'tools', play.noTools);
  else
    cell('tools', async () => {
      const called = dialect.streamOnly ? streamed(dialect, play, play.toolStream) : answer(200, play.tools);
      const { status, text } = await ask(called, false, true);
      expect([status, text]).toEqual([200, expect.stringMatching(/get_weather.*Bonn|Bonn.*get_weather/s) as string]);
    });
  cell('usage', async () => {
    for (const stream of [false, true]) {
      const { record } = await ask(stream ? streamed(dialect, play) : whole(dialect, play), stream);
      expect(record).toMatchObject({
        endReason: 'completed',
        usage: { inputText: 10, outputText: 5 },
        usageSource: 'provider',
      });
      expect(record?.charge).toBeDefined();
    }
  });
  // The last one: it pauses the channel.
  cell('error', async () => {
    const { status, text, record } = await ask(answer(play.refusal.status, play.refusal.body), false);
    expect([status, text]).toEqual([429, expect.stringContaining('Too fast.') as string]);
    expect(record).toMatchObject({ charge: undefined });
    expect(record?.attempts.map(({ cause }) => cause)).toEqual(['rate_limited']);
  });
}

function describeListing(stage: () => Stage, table: Table, { provider, fixtures }: Asked): void {
  const protocols = provider.dialects.map(({ protocol }) => protocol);
  if (!provider.listing) {
    for (const protocol of protocols) table.skip(provider.id, protocol, 'models', 'the vendor lists none to a key');
    return;
  }
  test(`${provider.id}: models`, async () => {
    const { world, upstream } = stage();
    const asOpenai = { path: '/models', body: { data: [{ id: 'one' }, { id: 'two' }] }, names: ['one', 'two'] };
    const { path, body, names = asOpenai.names, also = {} } = { also: undefined, ...(fixtures.listed ?? asOpenai) };
    const base = basePathOf(provider, fixtures);
    const bodies = new Map(Object.entries(also).map(([at, said]) => [joinPath(base, at), said]));
    upstream.received.length = 0;
    upstream.behave((response, { path: at, ...received }) =>
      answer(200, bodies.get(at) ?? body)(response, { path: at, ...received }),
    );
    const channel = world.deps.snapshot().channels.get(`${provider.id} ${protocols[0]}`);
    if (!channel) throw new Error('no channel');
    expect(await listModels(world.deps, firstAccount(channel))).toEqual([...names]);
    const [received] = upstream.received;
    expect(received?.method).toBe('GET');
    expect(received?.path).toBe(withQuery(joinPath(base, path), fixtures));
    expect(upstream.received.length).toBe(1 + bodies.size);
    expectAuthentic(fixtures, received);
    for (const protocol of protocols) table.pass(provider.id, protocol, 'models');
  });
}

/** What a vendor must see of a call, by what its fixtures say and nothing else. */
function expectOnTheWire(asked: Asked, dialect: Dialect, stream: boolean, received: Received | undefined): void {
  const { provider, fixtures } = asked;
  const first = dialect === provider.dialects[0];
  const whole = first ? fixtures.paths.chat : fixtures.others?.[dialect.protocol]?.chat;
  const { streamed: other } = fixtures;
  const own = typeof other === 'string' ? (first ? other : undefined) : other?.[dialect.protocol];
  const path = (stream ? own : undefined) ?? whole ?? 'nowhere';
  const url = path.startsWith('http') ? new URL(path) : undefined;
  const expected = url ? url.pathname + url.search : joinPath(basePathOf(provider, fixtures), path);
  expect([received?.method, received?.path]).toEqual(['POST', withQuery(expected, fixtures)]);
  expect(received?.headers['content-type']).toBe('application/json');
  expectAuthentic({ ...fixtures, headers: fixtures.ownHeaders?.[dialect.protocol] ?? fixtures.headers }, received);
}

function expectAuthentic({ headers, perCall }: DialectFixtures, received: Received | undefined): void {
  expect(received?.headers).toMatchObject(headers);
  if (perCall === 'sigv4') expect(received?.headers.authorization).toStartWith('AWS4-HMAC-SHA256 ');
  if (perCall === 'token') expect(received?.headers.authorization).toBe('Bearer granted');
  if (perCall === undefined && headers['authorization'] === undefined)
    expect(received?.headers.authorization).toBeUndefined();
}

const withQuery = (path: string, { query = '' }: DialectFixtures): string =>
  query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;

/** Path of the vendor's own base URL; where it has none, of one as compatible servers have. */
function basePathOf(provider: AnyProvider, { settings = {} }: DialectFixtures): string {
  const url = baseUrlOf(provider, provider.settings.parse(settings)) ?? 'https://example.com';
  return new URL(url).pathname.replace(/\/$/, '');
}

/** As the provider's schema has it. */
const credentialOf = (provider: AnyProvider, { credential = { apiKey: 'sk-test' } }: DialectFixtures) =>
  provider.credential.parse(credential) as Readonly<Record<string, string>>;

const publicName = ({ id }: AnyProvider, { protocol }: Dialect): string => `${id}-${protocol}`;

/** The same provider, its tokens from an endpoint that gives them for what is really signed. */
const withTokensFrom = (provider: AnyProvider, baseUrl: string): AnyProvider => ({
  ...provider,
  auth: provider.auth.map((auth) => (auth.by === 'token' ? { ...auth, url: `${baseUrl}/token` } : auth)),
});

function channelFor(provider: AnyProvider, dialect: Dialect, fixtures: DialectFixtures, origin: string): Channel {
  const upstream = fixtures.models?.[dialect.protocol] ?? 'some model';
  const name = publicName(provider, dialect);
  const baseUrl = origin + basePathOf(provider, fixtures);
  return {
    ...channelOf({ id: `${provider.id} ${dialect.protocol}`, baseUrl, models: { [name]: upstream } }),
    provider,
    settings: provider.settings.parse(fixtures.settings ?? {}),
    models: new Map([[name, serveModel({ name, upstream }, provider)]]),
    credentials: [{ index: 0, values: credentialOf(provider, fixtures), enabled: true }],
  };
}

async function openStage(all: readonly Asked[]): Promise<Stage> {
  const upstream = await openScriptedUpstream();
  const tokens = await openScriptedUpstream(
    answer(200, { access_token: 'granted', token: 'granted', expires_in: 3600 }),
  );
  const { origin } = new URL(upstream.baseUrl);
  const channels = all.flatMap(({ provider, fixtures }) => {
    const near = withTokensFrom(provider, tokens.baseUrl);
    return near.dialects.map((dialect) => channelFor(near, dialect, fixtures, origin));
  });
  const world = await openTestGateway(snapshotOf(channels));
  return {
    world,
    upstream,
    async close() {
      await world.close();
      await upstream.close();
      await tokens.close();
    },
  };
}

/** A whole stream in the vendor's own framing. */
const streamed =
  ({ wrapping }: Dialect, play: Play, frames = play.stream): Behaviour =>
  (response) => {
    const write = wrapping ? wrappedAs(wrapping.streamType) : (play.write ?? serverSent);
    response.writeHead(200, { 'content-type': wrapping?.streamType ?? play.streamType ?? 'text/event-stream' });
    for (const frame of frames) response.write(write(frame));
    response.end();
  };

/** A whole answer, of vendors that have such. */
const whole = (dialect: Dialect, play: Play): Behaviour =>
  dialect.streamOnly ? streamed(dialect, play) : answer(200, play.text);

const serverSent = ({ event, data }: PlayFrame): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** Bedrock's chunks; or a stream of events whose names stand in their data alone. */
const wrappedAs = (streamType: string): ((frame: PlayFrame) => string | Uint8Array) =>
  streamType === 'text/event-stream' ? ({ data }) => serverSent({ data }) : writeChunk;

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { ProtocolId } from '@tollgate/wire/protocol';
import type { Channel } from '../../domain/snapshot.ts';
import { serveModel } from '../../domain/served-model.ts';
import { channelOf, openTestWorld, snapshotOf, type TestWorld } from '../../relay/testing/gateway.ts';
import {
  answer,
  openScriptedUpstream,
  type Behaviour,
  type ScriptedUpstream,
} from '../../relay/testing/scripted-upstream.ts';
import type { AnyProvider, Dialect } from '../define.ts';
import { cozePlay, difyPlay } from './plays/bots.ts';
import { conversePlay, writeChunk } from './plays/converse.ts';
import { chatPlay, openChat, openResponses, responsesPlay } from './plays/openai.ts';
import { geminiPlay, messagesPlay, openGenerate, openMessages } from './plays/others.ts';
import type { Open, Play, PlayFrame } from './plays/play.ts';

const plays: Readonly<Partial<Record<ProtocolId, Play>>> = {
  'openai-chat': chatPlay,
  'openai-responses': responsesPlay,
  'anthropic-messages': messagesPlay,
  gemini: geminiPlay,
  'bedrock-converse': conversePlay,
  dify: difyPlay,
  coze: cozePlay,
};

/** Who asks: a client of the same protocol, so that its bytes pass, or of Chat where no client speaks it. */
const opens: Readonly<Partial<Record<ProtocolId, Open>>> = {
  'openai-responses': openResponses,
  'anthropic-messages': openMessages,
  gemini: openGenerate,
};

/** What a provider's dialects are asked with. */
export type DialectFixtures = {
  readonly credential: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly models?: Readonly<Partial<Record<ProtocolId, string>>> | undefined;
};

type Values = Readonly<Record<string, string>>;

const publicName = ({ protocol }: Dialect): string => `asked-by-${protocol}`;

/** The same provider, its tokens from an endpoint that gives them for what is really signed. */
const withTokensFrom = (provider: AnyProvider, baseUrl: string): AnyProvider => ({
  ...provider,
  auth: provider.auth.map((auth) => (auth.by === 'token' ? { ...auth, url: `${baseUrl}/token` } : auth)),
});

function channelFor(provider: AnyProvider, dialect: Dialect, fixtures: DialectFixtures, baseUrl: string): Channel {
  const upstream = fixtures.models?.[dialect.protocol] ?? 'some-model';
  const channel = channelOf({ id: dialect.protocol, baseUrl, models: { [publicName(dialect)]: upstream } });
  return {
    ...channel,
    provider,
    settings: provider.settings.parse(fixtures.settings ?? {}),
    models: new Map([[publicName(dialect), serveModel({ name: publicName(dialect), upstream }, provider)]]),
    credentials: [{ index: 0, values: provider.credential.parse(fixtures.credential) as Values, enabled: true }],
  };
}

/** A whole stream in the vendor's own framing. */
const streamed =
  ({ wrapping }: Dialect, play: Play, frames = play.stream): Behaviour =>
  (response) => {
    const write = wrapping ? writeChunk : (play.write ?? serverSent);
    response.writeHead(200, { 'content-type': wrapping?.streamType ?? play.streamType ?? 'text/event-stream' });
    for (const frame of frames) response.write(write(frame));
    response.end();
  };

const serverSent = ({ event, data }: PlayFrame): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** Asks a provider by each of its dialects through the whole gateway, with a vendor on a socket that speaks it. */
export function describeDialects(provider: AnyProvider, fixtures: DialectFixtures): void {
  describe(`${provider.id} is asked`, () => {
    let upstream: ScriptedUpstream;
    let tokens: ScriptedUpstream;
    let world: TestWorld;
    beforeAll(async () => {
      upstream = await openScriptedUpstream();
      tokens = await openScriptedUpstream(answer(200, { access_token: 'granted', expires_in: 3600 }));
      const near = withTokensFrom(provider, tokens.baseUrl);
      const channels = provider.dialects.map((dialect) => channelFor(near, dialect, fixtures, upstream.baseUrl));
      world = await openTestWorld(snapshotOf(channels));
    });
    afterAll(async () => {
      await world.close();
      await upstream.close();
      await tokens.close();
    });

    const ask = async (dialect: Dialect, behaviour: Behaviour, stream: boolean, tools: boolean) => {
      const { path, body } = (opens[dialect.protocol] ?? openChat)(publicName(dialect), stream, tools);
      const before = world.records.length;
      upstream.received.length = 0;
      upstream.behave(behaviour);
      const response = await world.post(body, { path });
      const text = await response.text();
      await world.recorded(before + 1);
      return { status: response.status, text, record: world.records[before], asked: upstream.received.at(-1) };
    };

    // What is no conversation has suites of its own, by endpoint.
    for (const dialect of provider.dialects.filter(({ paths, routed }) => routed || paths.chat !== undefined)) {
      const play = plays[dialect.protocol];
      if (!play) throw new Error(`nobody plays ${dialect.protocol}`);
      describe(dialect.protocol, () => {
        test.each([
          ['text', false],
          ['stream', true],
        ] as const)('%s, charged as it says', async (kind, stream) => {
          const behaviour = stream || dialect.streamOnly ? streamed(dialect, play) : answer(200, play.text);
          const { status, text, record, asked } = await ask(dialect, behaviour, stream, false);
          expect({ kind, status, text }).toMatchObject({ status: 200 });
          expect(text).toMatch(/Hel/);
          expect(record).toMatchObject({ endReason: 'completed', usage: { inputText: 10, outputText: 5 } });
          expect(record?.usageSource).toBe('provider');
          expect(record?.charge).toBeDefined();
          expect(asked?.headers['content-type']).toBe('application/json');
        });

        test.skipIf(play.noTools !== undefined)(`tools${play.noTools ? ` (${play.noTools})` : ''}`, async () => {
          const called = dialect.streamOnly ? streamed(dialect, play, play.toolStream) : answer(200, play.tools);
          const { status, text } = await ask(dialect, called, false, true);
          expect(status).toBe(200);
          expect(text).toContain('get_weather');
          expect(text).toContain('Bonn');
        });

        test('error: who asks too often is told so, and charged nothing', async () => {
          const { status, text, record } = await ask(
            dialect,
            answer(play.refusal.status, play.refusal.body),
            false,
            false,
          );
          expect(status).toBe(429);
          expect(text).toContain('Too fast.');
          expect(record).toMatchObject({ charge: undefined });
          expect(record?.attempts.map(({ cause }) => cause)).toEqual(['rate_limited']);
        });
      });
    }

    test('the books agree', async () => {
      expect((await world.verify()).problems).toEqual([]);
    });
  });
}

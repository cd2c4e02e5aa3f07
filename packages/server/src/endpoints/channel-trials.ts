import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { operationsOf } from '../domain/catalogue.ts';
import type { Overrides } from '../domain/overrides/run.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Channel } from '../domain/snapshot.ts';
import type { RelayDeps } from '../relay/deps.ts';
import type { Trial } from '../relay/trials/dry-run.ts';
import { preview, type Preview } from '../relay/trials/preview.ts';
import { probe, type Probed } from '../relay/trials/probe.ts';
import { endpoints } from './index.ts';
import { createMatcher } from './match.ts';
import { endpointFor, sampledEndpoints, sampleOf } from './samples.ts';

/** What is tried; what is absent is chosen for the channel. */
export type Tried = {
  readonly endpoint?: string | undefined;
  readonly model?: string | undefined;
  readonly stream?: boolean | undefined;
  /** What a sample of a chat carries besides words. */
  readonly feature?: 'tools' | 'vision' | undefined;
  readonly credential?: number | undefined;
  readonly body?: JsonObject | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

type Chosen = { readonly endpoint: string; readonly model: string; readonly stream: boolean };

/** Requests of the gateway's own to channels. All of it rejects with the refusals that a client would be given. */
export type ChannelTrials = {
  /** Asks the channel something small. */
  test(channelId: string, tried: Tried): Promise<Probed & Chosen>;
  /** The same of a channel that need not be one of the configuration. */
  testOn(channel: Channel, tried: Tried): Promise<Probed & Chosen>;
  /** Shows what would be sent. */
  preview(channelId: string, tried: Tried, proposed: Overrides | undefined): Promise<Preview & Omit<Chosen, 'stream'>>;
  /** What rests on the channel, in this process. */
  resting(
    channelId: string,
  ): readonly { readonly credential: number; readonly model: string; readonly untilMs: number }[];
};

export function openChannelTrials(deps: RelayDeps, table = endpoints): ChannelTrials {
  const match = createMatcher(table);
  const find = (channelId: string): Channel => {
    const channel = deps.snapshot().channels.get(channelId);
    if (!channel) throw new Refusal('not_found', `Channel "${channelId}" does not exist, or cannot be read.`);
    return channel;
  };
  const choose = (channel: Channel, tried: Tried): Chosen & { readonly trial: Trial } => {
    const model = modelFor(channel, tried.model);
    const served = channel.models.get(model);
    const operations = served && operationsOf(deps.snapshot().models, model, served);
    const endpoint =
      tried.endpoint ??
      (tried.feature === undefined ? endpointFor(table, channel, operations ?? served?.traits.operations) : 'chat');
    if (tried.feature !== undefined && endpoint !== 'chat')
      throw new Refusal('invalid_request', 'feature: is tried by the endpoint chat alone.', { param: 'feature' });
    const stream = tried.stream ?? false;
    const sample = sampleOf(table, endpoint, { model, stream, feature: tried.feature });
    if (!sample)
      throw new Refusal('invalid_request', `endpoint: these can be tried: ${sampledEndpoints.join(', ')}.`, {
        param: 'endpoint',
      });
    const { pathname, searchParams } = new URL(sample.path, 'http://gateway');
    const matched = match('POST', pathname, () => searchParams);
    if (!matched || !('endpoint' in matched)) throw new Error(`no endpoint at ${pathname}`);
    const body: Json | object = tried.body ?? sample.body;
    const trial: Trial = {
      channel,
      credential: tried.credential,
      endpoint: matched.endpoint,
      target: matched.target,
      path: sample.path,
      body: new TextEncoder().encode(JSON.stringify(body)),
      headers: { 'content-type': 'application/json', ...tried.headers },
    };
    return { trial, endpoint, model, stream };
  };
  const testOn: ChannelTrials['testOn'] = async (channel, tried) => {
    const { trial, ...chosen } = choose(channel, tried);
    return { ...(await probe(deps, trial)), ...chosen };
  };
  return {
    // Rejects with what it refuses.
    test: async (channelId, tried) => await testOn(find(channelId), tried),
    testOn,
    async preview(channelId, tried, proposed) {
      const { trial, endpoint, model } = choose(find(channelId), tried);
      return { ...(await preview(deps, trial, proposed)), endpoint, model };
    },
    resting(channelId) {
      const now = deps.clock.elapsed();
      const found: { credential: number; model: string; untilMs: number }[] = [];
      for (const [target, health] of deps.health.entries()) {
        const [id, credential, ...model] = target.split('#');
        const until = Math.max(health.coolUntil, health.openUntil);
        if (id === channelId && until > now)
          found.push({ credential: Number(credential), model: model.join('#'), untilMs: Math.ceil(until - now) });
      }
      return found;
    },
  };
}

function modelFor(channel: Channel, asked: string | undefined): string {
  if (asked !== undefined) {
    if (channel.models.has(asked)) return asked;
    throw new Refusal('invalid_request', `model: the channel does not serve "${asked}".`, { param: 'model' });
  }
  const [first] = channel.models.keys();
  const model = channel.models.has(channel.testModel) ? channel.testModel : first;
  if (model === undefined) throw new Refusal('invalid_request', 'model: the channel serves none.', { param: 'model' });
  return model;
}

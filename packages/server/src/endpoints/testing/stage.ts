import { afterEach } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import type { Price, Rates } from '../../domain/price.ts';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  testPrice,
  type ChannelSpec,
  type TestOptions,
  type TestGateway,
} from '../../relay/testing/gateway.ts';
import { openScriptedUpstream, type Behaviour, type ScriptedUpstream } from '../../relay/testing/scripted-upstream.ts';

type Form = Awaited<ReturnType<Request['formData']>>;

/** An upstream that reads forms. */
export type FormUpstream = { readonly baseUrl: string; readonly forms: Form[]; readonly paths: string[] };

export type GatewayOptions = {
  /** Of every model; by default `testPrice`. */
  readonly price?: Price;
  /** Further models with prices of their own, which no channel serves. */
  readonly prices?: Readonly<Record<string, Price>>;
  readonly logged?: TestOptions['logged'];
  readonly settings?: Settings;
  readonly videos?: TestOptions['videos'];
  readonly background?: TestOptions['background'];
};

/** Upstreams and gateways that are closed when their test is over. */
export function setStage() {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  return {
    /** To be closed with the others. */
    close(one: { close(): unknown }): void {
      open.push(one);
    },
    async upstream(behaviour: Behaviour): Promise<ScriptedUpstream> {
      const one = await openScriptedUpstream(behaviour);
      open.push(one);
      return one;
    },
    formUpstream(answer: (form: Form) => Response): FormUpstream {
      const forms: Form[] = [];
      const paths: string[] = [];
      const server = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        maxRequestBodySize: Number.MAX_SAFE_INTEGER,
        async fetch(request) {
          paths.push(new URL(request.url).pathname);
          const form = await request.formData();
          forms.push(form);
          return answer(form);
        },
      });
      open.push({ close: () => server.stop(true) });
      return { baseUrl: `http://127.0.0.1:${server.port}/v1`, forms, paths };
    },
    async gateway(channels: readonly ChannelSpec[], options: GatewayOptions = {}): Promise<TestGateway> {
      const { price = testPrice, settings = defaultSettings } = options;
      const snapshot = snapshotOf(channels.map(channelOf), settings);
      const models = new Map([...snapshot.models].map(([name, model]) => [name, { ...model, price }]));
      const [one] = snapshot.models.values();
      if (one)
        for (const [name, own] of Object.entries(options.prices ?? {})) models.set(name, { ...one, name, price: own });
      const { videos, background, logged } = options;
      const world = await openTestGateway(
        { ...snapshot, models },
        { ...(videos && { videos }), ...(background && { background }), ...(logged && { logged }) },
      );
      open.push(world);
      return world;
    },
  };
}

/** A price of these rates, in nano-dollars per million units. */
export const priceOf = (rates: Rates): Price => ({ ...testPrice, rates });

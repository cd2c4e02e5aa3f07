import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import type { Price } from '../../../domain/price.ts';
import { channelOf, openTestGateway, snapshotOf, testPrice, type TestGateway } from '../../../relay/testing/gateway.ts';
import { hashSecret } from '../../../services/accounts/secret-text.ts';
import { openDatabase, type Database } from '../../../store/database.ts';
import type { MediaStep } from '../open-videos.ts';
import type { VideoProvider } from './vendors.ts';

/** 10 cents a second. */
export const bySecond: Price = { ...testPrice, rates: { seconds: 100_000_000_000_000n } };

export const quick = { firstPollMs: 15, lastPollMs: 15 };

/** What several processes know alike of a world in which videos are made. */
export type VideoWorld = {
  readonly url: string;
  readonly dataDir: string;
  /** One of each, which serves the model of its name. */
  readonly channels: readonly { readonly name: string; readonly provider: VideoProvider; readonly baseUrl: string }[];
  /** Further ports that files are fetched from, and clients are told at. */
  readonly ports: readonly number[];
};

/** A gateway of such a world: one of several processes. */
export async function openVideoWorld(
  { url, dataDir, channels, ports }: VideoWorld,
  fault?: (step: MediaStep) => void,
): Promise<TestGateway> {
  const specs = channels.map(({ name, provider, baseUrl }) =>
    channelOf({ id: `chn_${name}`, provider, baseUrl, models: { [name]: 'm-upstream' } }),
  );
  const { media } = defaultSettings;
  const settings: Settings = {
    ...defaultSettings,
    media: {
      ...media,
      fetch: { ...media.fetch, allowPrivate: ['127.0.0.1'], ports: [...ports] },
      results: { ...media.results, store: 'directory' },
    },
  };
  const snapshot = snapshotOf(specs, settings);
  const models = new Map([...snapshot.models].map(([name, model]) => [name, { ...model, price: bySecond }]));
  return await openTestGateway(
    { ...snapshot, models },
    {
      books: { database: await openDatabase(url, { poolSize: 4 }), dataDir },
      jobs: { claimMs: 500 },
      videos: { ...quick, absentAfterMs: 0, fault },
    },
  );
}

/** Writes the test's key down, by which hooks are signed. */
export async function writeTestKey({ db }: Database): Promise<void> {
  const at = Date.now();
  await db
    .insertInto('api_keys')
    .values({
      id: 'key_1',
      user_id: 'user_1',
      name: 'test',
      hash: hashSecret('sk-test'),
      prefix: 'sk',
      last_four: 'test',
      enabled: 1,
      limit_nanos: null,
      created_at: at,
      updated_at: at,
      revoked_at: null,
      strict_conversion: 0,
      group_granted: 0,
    })
    .execute();
}

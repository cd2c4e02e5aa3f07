import { afterEach } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import type { Price } from '../../../domain/price.ts';
import type { TestGateway } from '../../../relay/testing/gateway.ts';
import { setStage } from '../../testing/stage.ts';
import { bySecond, quick } from './world.ts';
import { openVideoVendor, type VideoProvider, type VideoVendor } from './vendors.ts';

type Results = Settings['media']['results'];

/** What differs from what is usual of how results are kept. */
export type GateResults = Partial<Omit<Results, 's3'>> & { readonly s3?: Partial<Results['s3']> };

type Channel = { readonly vendor: VideoVendor; readonly provider: VideoProvider };

/** Scripted vendors of videos, and gateways to them, gone after each test. */
export function setVideoStage() {
  const stage = setStage();
  const vendors: VideoVendor[] = [];
  afterEach(() => {
    for (const vendor of vendors.splice(0)) vendor.close();
  });
  return {
    stage,
    vendorOf(provider: VideoProvider): VideoVendor {
      const vendor = openVideoVendor(provider);
      vendors.push(vendor);
      return vendor;
    },
    /** A gateway that may fetch the vendors' files, although they lie on this machine. */
    async gatewayTo(
      channels: readonly Channel[],
      price: Price = bySecond,
      { s3, ...results }: GateResults = {},
      allowPrivate: readonly string[] = ['127.0.0.1'],
      morePorts: readonly number[] = [],
    ): Promise<TestGateway> {
      const ports = [80, 443, ...morePorts, ...channels.map(({ vendor }) => Number(new URL(vendor.baseUrl).port))];
      const { media } = defaultSettings;
      const settings: Settings = {
        ...defaultSettings,
        media: {
          ...media,
          fetch: { ...media.fetch, allowPrivate: [...allowPrivate], ports },
          results: { ...media.results, ...results, s3: { ...media.results.s3, ...s3 } },
        },
      };
      return await stage.gateway(
        channels.map(({ vendor, provider }, index) => ({
          id: `${provider}-${index}`,
          provider,
          baseUrl: vendor.baseUrl,
          priority: -index,
        })),
        { price, settings, videos: quick },
      );
    },
  };
}

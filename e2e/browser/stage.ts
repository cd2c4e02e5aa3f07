import type { Page } from 'playwright-core';
import { openAdmin, root, setUpRoot, type Admin } from '../account.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import { enter, openConsolePage, type ConsolePage } from './console-page.ts';

/** A gateway with a vendor behind it, and root before it: signed in in the browser, and by an access token. */
export type Stage = {
  readonly gateway: Gateway;
  readonly admin: Admin;
  readonly view: ConsolePage;
  readonly page: Page;
  /** Base URL of the vendor. */
  readonly vendor: string;
  /** Ends the browser, the gateway and the vendor. */
  close(): Promise<void>;
};

type StageOptions = {
  /** The `tollgate.yaml`, with the vendor at that base URL. */
  readonly config: (baseUrl: string) => string;
  /** Plays the vendor. */
  readonly answer: (request: Request) => Response | Promise<Response>;
  /** US dollars in root's wallet. */
  readonly credit: string;
  /** The page to begin at. */
  readonly path: string;
};

/** Sets the stage for what somebody asks models in the console: refusals of the gateway are no part of that. */
export async function openStage({ config, answer, credit, path }: StageOptions): Promise<Stage> {
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const vendor = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 0, fetch: answer });
    ends.push(() => vendor.stop(true));
    const vendorUrl = `http://127.0.0.1:${vendor.port}/v1`;
    const gateway = await startGateway({ config: config(vendorUrl), commands: setUpRoot });
    ends.push(gateway.stop);
    const admin = await openAdmin(gateway);
    await admin.credit(credit);
    const view = await openConsolePage({ noRefusals: true });
    ends.push(view.close);
    await view.page.goto(`${gateway.url}${path}`);
    await enter(view.page, root);
    return { gateway, admin, view, page: view.page, vendor: vendorUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

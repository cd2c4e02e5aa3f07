import { disableCredential } from '../configuration/credentials.ts';
import type { ConfigurationContext } from '../configuration/context.ts';
import { disableProviderKey } from '../provider-keys/disable.ts';

/** An account of a channel, by its stable index. */
export type AccountId = { readonly channelId: string; readonly index: number };

/** Takes accounts out of use, for whoever must not wait for that. */
export type AccountDisabler = {
  /** Begins to. Many may say so of one account at the same moment; it happens once. */
  disable(account: AccountId, reason: string): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
};

/** Whoever's it is. */
const takeOut = async (configuration: ConfigurationContext, account: AccountId, reason: string): Promise<boolean> =>
  (await disableCredential(configuration, account, reason)) ||
  (await disableProviderKey(configuration, account.channelId, reason));

/** How long an account that was taken out is not taken out again: until every process has heard of it. */
const heardMs = 5000;

export function openAccountDisabler(
  configuration: ConfigurationContext,
  log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void },
): AccountDisabler {
  const disabled = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  return {
    disable(account, reason) {
      const name = `${account.channelId}#${account.index}`;
      const now = configuration.now();
      if ((disabled.get(name) ?? 0) > now) return;
      for (const [one, until] of disabled) if (until <= now) disabled.delete(one);
      disabled.set(name, now + heardMs);
      const work = takeOut(configuration, account, reason).then(
        (done) => {
          if (done) log.warn({ channelId: account.channelId, credential: account.index, reason }, 'account disabled');
        },
        (error: unknown) => {
          disabled.delete(name);
          log.warn({ channelId: account.channelId, credential: account.index, err: error }, 'account not disabled');
        },
      );
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

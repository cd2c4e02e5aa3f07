import type { Settings } from '@tollgate/contract/settings';
import type { Cause } from './causes.ts';

/** A refusal, as it is judged: its status is that of the channel's mapping. */
export type Judged = { readonly cause: Cause; readonly status: number; readonly message: string };

/** Causes that are about what a client sent, who could put any words into them. */
const ofTheRequest: ReadonlySet<Cause> = new Set(['bad_request', 'content_filter']);

/** Why the account that refused so is no good any more; undefined while it is not said to be. */
export function reasonToDisable(
  { cause, status, message }: Judged,
  rules: Pick<Settings['channels'], 'disableStatuses' | 'disablePhrases' | 'disableCauses'>,
): string | undefined {
  if (rules.disableStatuses.includes(status)) return `answered ${status}: ${message}`;
  if (rules.disableCauses.some((one) => one === cause)) return `failed by ${cause}: ${message}`;
  // What passes by itself, whatever words it comes in, says nothing against the account.
  if (cause === 'rate_limited') return undefined;
  const said = message.toLowerCase();
  const found = rules.disablePhrases.find((phrase) => {
    const words = phrase.toLowerCase();
    return ofTheRequest.has(cause) ? said.startsWith(words) : said.includes(words);
  });
  return found === undefined ? undefined : `said "${found}": ${message}`;
}

import type { RequestView } from '@tollgate/contract/api/requests';

export type { RequestView };
export type Payer = RequestView['paidBy'][number];

/** Whether something was taken from it; a key or a budget only counts. */
export const isPayer = ({ kind }: Payer): boolean =>
  kind === 'wallet' || kind === 'team' || kind === 'allowance' || kind === 'credit' || kind === 'account';
export type Bill = NonNullable<RequestView['bill']>;

/** Names of the channels by their ids; undefined for those who do not see channels. */
export type Channels = ReadonlyMap<string, string> | undefined;

/** A channel's name; its id while the names are not there yet, and when it was deleted since. */
export const channelName = (channels: Channels, id: string): string => channels?.get(id) ?? id;

/** Tokens in and out, whatever they are of; undefined where nothing was reported, which is not 0. */
export function sums({ usage }: RequestView): {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cached: number | undefined;
} {
  const sum = (...values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  return {
    input: sum(
      usage['inputText'],
      usage['cacheRead'],
      usage['cacheWrite5m'],
      usage['cacheWrite30m'],
      usage['cacheWrite1h'],
      usage['cacheWrite12h'],
      usage['inputImage'],
      usage['inputAudio'],
      usage['inputVideo'],
    ),
    output: sum(usage['outputText'], usage['outputImage'], usage['outputAudio'], usage['outputReasoning']),
    cached: usage['cacheRead'],
  };
}

import { z } from 'zod';

/** How an account is asked after the tasks that its vendor works on. */
export type Polling = {
  /** Questions that a process puts at once. */
  readonly atOnce: number;
  /** The longest wait between two questions after one task. */
  readonly everyMs: number;
};

/** Least, most and usual. A task of which nothing is heard for ten minutes counts as stuck: waits stay well below that. */
export const pollingBounds = { atOnce: [1, 32, 8], everyMs: [1000, 300_000, 15_000] } as const;

const within = (text: string, [low, high]: readonly [number, number, number]): number | undefined =>
  /^\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined;

/** What a line such as `kling atOnce:2 everyMs:30000` says of a provider; undefined for one that is no such line. */
export function readPollingRule(rule: string): (Partial<Polling> & { readonly provider: string }) | undefined {
  const [provider = '', ...words] = rule.trim().split(/\s+/);
  if (!/^[a-z0-9][a-z0-9-]*$/.test(provider) || words.length === 0) return undefined;
  const said: { atOnce?: number; everyMs?: number } = {};
  for (const word of words) {
    const [name, text = '', ...more] = word.split(':');
    if ((name !== 'atOnce' && name !== 'everyMs') || said[name] !== undefined || more.length > 0) return undefined;
    const value = within(text, pollingBounds[name]);
    if (value === undefined) return undefined;
    said[name] = value;
  }
  return { provider, ...said };
}

export const pollingRulesSchema = z
  .array(
    z
      .string()
      .max(200)
      .refine(
        (rule) => readPollingRule(rule) !== undefined,
        'must be a provider and what differs for it, such as `kling atOnce:2 everyMs:30000` (atOnce 1 to 32, everyMs 1000 to 300000)',
      ),
  )
  .max(100)
  .refine((rules) => {
    const providers = rules.map((rule) => readPollingRule(rule)?.provider);
    return new Set(providers).size === providers.length;
  }, 'must name each provider once');

/** How the accounts of a provider are asked. */
export function pollingOf(
  { atOnce, everyMs, providers }: Polling & { readonly providers: readonly string[] },
  provider: string,
): Polling {
  for (const rule of providers) {
    const said = readPollingRule(rule);
    if (said?.provider === provider) return { atOnce: said.atOnce ?? atOnce, everyMs: said.everyMs ?? everyMs };
  }
  return { atOnce, everyMs };
}

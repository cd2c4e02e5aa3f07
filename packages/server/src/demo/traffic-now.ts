import type { Dice } from './random.ts';

/** Models that are asked for while the demonstration is open; some of their channels have trouble. */
const asked = [
  'gpt-5-mini',
  'gpt-4o-mini',
  'claude-haiku-4-5',
  'gemini-2.5-flash',
  'gemini-2.5-flash',
  'llama-3.3-70b-versatile',
  'northwind-support-7b',
  'mistral-small-latest',
] as const;

const questions = [
  'Summarise yesterday’s incidents in three sentences.',
  'Translate “the parcel has left the warehouse” into Polish.',
  'Which of these two queries is faster, and why?',
  'Write a polite answer to a customer whose order is late.',
  'Name five edge cases for a date parser.',
];

/** Sends requests through the gateway's own front door until told to stop, so that there is something to watch. */
export function sendTraffic(
  dice: Dice,
  { url, keys, perMinute }: { readonly url: string; readonly keys: readonly string[]; readonly perMinute: number },
): {
  /** So many at once, until all are answered. */
  burst(count: number): Promise<void>;
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  const one = async (): Promise<void> => {
    const stream = dice.chance(0.6);
    const body = {
      model: dice.pick(asked),
      stream,
      max_tokens: 200,
      messages: [{ role: 'user', content: dice.pick(questions) }],
    };
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dice.pick(keys)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: stopping.signal,
    });
    await response.arrayBuffer();
  };
  const open = new Set<Promise<void>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = (): void => {
    timer = setTimeout(
      () => {
        // An answer that fails is a part of what is shown.
        const request = one()
          .catch(() => undefined)
          .finally(() => open.delete(request));
        open.add(request);
        next();
      },
      Math.min(60_000, dice.around(60_000 / perMinute, 0.6)),
    );
  };
  if (perMinute > 0 && keys.length > 0) next();
  return {
    burst: async (count) => {
      await Promise.allSettled(Array.from({ length: keys.length > 0 ? count : 0 }, one));
    },
    stop: async () => {
      clearTimeout(timer);
      stopping.abort();
      await Promise.all(open);
    },
  };
}

import type { Asked } from './asked.ts';
import { Complaint, demand } from './demand.ts';

/** A call of the client's tool, in no protocol's words. */
export type PlayedCall = {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
};

/** What the model says in one turn: reasoning first, then text, then calls. */
export type Turn = {
  readonly reasoning?: string;
  readonly text?: string;
  readonly calls?: readonly PlayedCall[];
};

/**
 * What the upstream does with a call. A stream pauses half-way, and ends well only when it is `late`; a `slow` one says
 * nothing at first, and nothing half-way.
 */
export type Move =
  | { readonly kind: 'answer'; readonly turn: Turn; readonly end: 'well' | 'slow' | 'late' | 'cut' | 'error' | 'never' }
  | { readonly kind: 'refuse'; readonly status: number; readonly retryAfter?: number };

/** The prompts that the model knows, and what it says to them. */
export const prompts = {
  hello: 'Say hello.',
  cities: 'How is the weather in the two cities?',
  think: 'Think hard about it.',
  loop: 'Think hard, and use the tools.',
  image: 'What is in this picture?',
  schema: 'Answer as JSON.',
  refuse: (status: number): string => `Refuse with ${status}.`,
  cut: 'Be cut off.',
  error: 'Break with an error.',
  late: 'Take a break.',
  slow: 'Take your time.',
  endless: 'Never end.',
} as const;

export const lines = {
  hello: 'Hello, wörld — two\nlines, a "quote" and a \\ backslash. 👋',
  weather: 'It is sunny in Paris, and it rains in 東京.',
  reasoning: ['First thought:\nis it "sunny"?  ', 'Second thought — nearly done. 🤔'],
  thought: 'Done thinking.',
  image: 'One pixel.',
  json: { city: '東京', days: 3 },
  long: 'One two three four five six seven eight nine ten eleven twelve, and then some more words to follow these.',
} as const;

/** The smallest picture. */
export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Arguments of the parallel calls, in order. */
export const cities = [
  { city: 'Paris', days: 1 },
  { city: '東京', days: 2 },
] as const;

let ids = 0;
const call = (args: PlayedCall['args']): PlayedCall => ({ id: `call_${++ids}`, name: 'weather', args });
const answer = (turn: Turn, end: 'well' | 'slow' | 'late' | 'cut' | 'error' | 'never' = 'well'): Move => ({
  kind: 'answer',
  turn,
  end,
});

/** The tokens of every answer; reasoning is a part of the output and counted on top. */
export const tokens = { input: 10, cached: 4, output: 5, reasoning: 3 } as const;

/** Output tokens of a turn, reasoning included. */
export const outputOf = (turn: Turn): number => tokens.output + reasoningTokensOf(turn);
export const reasoningTokensOf = (turn: Turn): number => (turn.reasoning === undefined ? 0 : tokens.reasoning);

/** The whole script: what the model does with what it was asked. */
export function play(asked: Asked): Move {
  const refused = /^Refuse with (\d+)\.$/.exec(asked.prompt)?.[1];
  if (refused !== undefined)
    return { kind: 'refuse', status: Number(refused), ...(refused === '429' ? { retryAfter: 7 } : {}) };
  switch (asked.prompt) {
    case prompts.hello:
      return answer({ text: lines.hello });
    case prompts.slow:
      return answer({ text: lines.hello }, 'slow');
    case prompts.cities: {
      demand(asked.tools.includes('weather'), 'the tools did not arrive');
      if (asked.step === 0) return answer({ calls: cities.map(call) });
      demandResults(asked, cities);
      return answer({ text: lines.weather });
    }
    case prompts.think:
      demand(asked.thinking, 'reasoning was not asked for');
      return answer({ reasoning: lines.thought, text: lines.hello });
    case prompts.loop: {
      const args = cities[asked.step];
      if (args) return answer({ reasoning: lines.reasoning[asked.step] ?? '', calls: [call(args)] });
      demandResults(asked, cities.slice(-1));
      return answer({ text: lines.weather });
    }
    case prompts.image:
      demand(asked.images.length === 1 && asked.images[0] === png, 'the picture did not arrive');
      return answer({ text: lines.image });
    case prompts.schema:
      demand(JSON.stringify(asked.schema ?? '').includes('"days"'), 'the schema did not arrive');
      return answer({ text: JSON.stringify(lines.json) });
    case prompts.cut:
      return answer({ text: lines.long }, 'cut');
    case prompts.error:
      return answer({ text: lines.long }, 'error');
    case prompts.late:
      return answer({ text: lines.long }, 'late');
    case prompts.endless:
      return answer({ text: lines.long }, 'never');
    default:
      throw new Complaint(`the prompt did not arrive whole: ${JSON.stringify(asked.prompt)}`);
  }
}

/** What a client answers to a call. */
export const resultFor = (args: unknown): string => `21 °C in ${(args as { city: string }).city}`;

function demandResults(asked: Asked, calls: readonly PlayedCall['args'][]): void {
  demand(asked.results.length === calls.length, `${calls.length} results wanted, not ${asked.results.length}`);
  for (const [i, args] of calls.entries())
    demand(asked.results[i]?.includes(resultFor(args)), `result ${i} is ${asked.results[i]}`);
}

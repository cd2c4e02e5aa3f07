import fc from 'fast-check';
import type { Citation, Part, Seal, TokenLogprob } from './part.ts';
import { finishReasons, type IrChoice, type IrResponse } from './response.ts';

/** Arbitrary values of the canonical form, for laws. */

const seals: fc.Arbitrary<Seal> = fc.record({
  by: fc.constantFrom('openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'bedrock-converse'),
  value: fc.string({ minLength: 1 }),
});

const logprobs: fc.Arbitrary<TokenLogprob[]> = fc.array(
  fc.record({ token: fc.string(), logprob: fc.double({ max: 0, noNaN: true, noDefaultInfinity: true }) }),
  { minLength: 1, maxLength: 3 },
);

const citations: fc.Arbitrary<Citation[]> = fc.array(
  fc.record({ kind: fc.constant('url' as const), url: fc.webUrl(), title: fc.string() }),
  { minLength: 1, maxLength: 3 },
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

/** Parts that an answer may hold. */
const answerParts: fc.Arbitrary<Part> = fc.oneof(
  fc.record({
    type: fc.constant('text' as const),
    text: fc.string(),
    id: maybe(fc.string()),
    citations: maybe(citations),
    logprobs: maybe(logprobs),
    seal: maybe(seals),
  }),
  fc.record({
    type: fc.constant('reasoning' as const),
    text: fc.string(),
    summary: maybe(fc.boolean()),
    seal: maybe(seals),
  }),
  fc.record({ type: fc.constant('refusal' as const), text: fc.string() }),
  fc.record({
    type: fc.constant('tool-call' as const),
    callId: fc.string({ minLength: 1 }),
    name: fc.string({ minLength: 1 }),
    kind: fc.constantFrom('function' as const, 'custom' as const),
    arguments: fc.oneof(fc.json(), fc.string()),
    seal: maybe(seals),
  }),
  fc.record({
    type: fc.constant('image' as const),
    source: fc.record({
      kind: fc.constant('base64' as const),
      mediaType: fc.constant('image/png'),
      data: fc.base64String(),
    }),
  }),
);

const choices: fc.Arbitrary<IrChoice[]> = fc
  .array(
    fc.record({
      parts: fc.array(answerParts, { maxLength: 5 }),
      finish: fc.record({ reason: fc.constantFrom(...finishReasons), raw: maybe(fc.string()) }),
    }),
    { maxLength: 3 },
  )
  .map((list) => list.map((choice, index) => ({ index, ...choice })));

/** Answers as a reader could have made them. */
export const responses: fc.Arbitrary<IrResponse> = fc.record({
  id: fc.string(),
  model: fc.string(),
  created: maybe(fc.nat()),
  choices,
  usage: maybe(
    fc.record(
      { inputText: fc.nat(), cacheRead: fc.nat(), outputText: fc.nat(), reasoning: fc.constant(0) },
      { requiredKeys: ['inputText', 'outputText'] },
    ),
  ),
});

import fc from 'fast-check';
import type { IrEvent, WholePart } from '../event.ts';
import type { Citation, Part, Signature, TokenLogprob } from '../part.ts';
import { finishReasons, type IrChoice, type IrResponse } from '../response.ts';
import type { ServedAs } from '../served-as.ts';
import { openTracker, type Tracker } from '../tracker.ts';

/** Arbitrary values of the canonical form, for laws. */

const signatures: fc.Arbitrary<Signature> = fc.record({
  by: fc.constantFrom(
    'openai-chat',
    'openai-responses',
    'anthropic-messages',
    'gemini',
    'gemini-interactions',
    'bedrock-converse',
  ),
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

/** Parts that come whole. What another protocol's provider did; its own goes to a client as it came. */
const wholeParts: fc.Arbitrary<WholePart> = fc.oneof(
  fc.record({
    type: fc.constant('image' as const),
    source: fc.oneof(
      fc.record({ kind: fc.constant('url' as const), url: fc.webUrl() }),
      fc.record({ kind: fc.constant('base64' as const), mediaType: fc.constant('image/png'), data: fc.base64String() }),
    ),
  }),
  fc.record({
    type: fc.constant('audio' as const),
    source: fc.record({
      kind: fc.constant('base64' as const),
      mediaType: fc.constant('audio/wav'),
      data: fc.base64String(),
    }),
    transcript: maybe(fc.string()),
  }),
  fc.record({
    type: fc.constant('hosted-call' as const),
    tool: fc.constantFrom('web-search' as const, 'code-execution' as const, 'mcp' as const, 'other' as const),
    callId: fc.constantFrom('h1', 'h2'),
    name: fc.constant('search'),
    arguments: fc.constantFrom('{"query":"q"}', 'print(1)', ''),
    raw: fc.constant({ by: 'bedrock-converse' as const, value: {} }),
  }),
  fc.record({
    type: fc.constant('hosted-result' as const),
    tool: fc.constantFrom('web-search' as const, 'code-execution' as const, 'mcp' as const, 'other' as const),
    callId: fc.constantFrom('h1', 'h2'),
    content: fc.constant([{ type: 'text' as const, text: 'found' }]),
    sources: maybe(fc.constant([{ url: 'https://a.example/', title: 'A' }])),
    raw: fc.constant({ by: 'bedrock-converse' as const, value: {} }),
  }),
  fc.record({
    type: fc.constant('foreign' as const),
    foreign: fc.constant({ by: 'bedrock-converse' as const, value: { odd: { a: 1 } } }),
  }),
);

/** Parts that an answer may hold. */
const answerParts: fc.Arbitrary<Part> = fc.oneof(
  fc.record({
    type: fc.constant('text' as const),
    text: fc.string(),
    id: maybe(fc.string()),
    citations: maybe(citations),
    logprobs: maybe(logprobs),
    signature: maybe(signatures),
  }),
  fc.record({
    type: fc.constant('reasoning' as const),
    text: fc.string(),
    summary: maybe(fc.boolean()),
    signature: maybe(signatures),
  }),
  fc.record({ type: fc.constant('refusal' as const), text: fc.string() }),
  fc.record({
    type: fc.constant('tool-call' as const),
    callId: fc.string({ minLength: 1 }),
    name: fc.string({ minLength: 1 }),
    kind: fc.constantFrom('function' as const, 'custom' as const),
    arguments: fc.oneof(fc.json(), fc.string()),
    signature: maybe(signatures),
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

const servedAs: fc.Arbitrary<ServedAs> = fc.record({
  tier: fc.constantFrom('flex', 'priority'),
  parts: maybe(fc.array(fc.record({ usage: fc.record({ inputText: fc.nat() }), model: fc.constant('m') }))),
});

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
  servedAs: maybe(servedAs),
});

type Step = (tracker: Tracker) => void;

const keys = fc.constantFrom<number | string>(0, 1, 2, 'a', '0');
const someChoice = fc.constantFrom(0, 0, 0, 0, 1, 2);
const shortText = fc.oneof(fc.constantFrom('', 'a', 'é😀', '{"a":1}', '{"a":', '\ud800'), fc.string());

/** What a reader might tell its tracker, in any order. */
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(someChoice, shortText, maybe(logprobs)).map(
    ([choice, text, found]): Step =>
      (tracker) =>
        tracker.text(choice, text, found),
  ),
  fc.tuple(someChoice, shortText).map(
    ([choice, text]): Step =>
      (tracker) =>
        tracker.reasoning(choice, text),
  ),
  fc.tuple(someChoice, shortText).map(
    ([choice, text]): Step =>
      (tracker) =>
        tracker.refusal(choice, text),
  ),
  fc.tuple(someChoice, fc.base64String(), shortText).map(
    ([choice, data, transcript]): Step =>
      (tracker) =>
        tracker.audio(choice, data, transcript),
  ),
  fc
    .tuple(
      someChoice,
      fc.constantFrom('text' as const, 'reasoning' as const, 'refusal' as const, 'audio' as const),
      fc.record({
        id: maybe(fc.constantFrom('i1', 'i2')),
        summary: maybe(fc.boolean()),
        redacted: maybe(fc.boolean()),
      }),
    )
    .map(
      ([choice, kind, head]): Step =>
        (tracker) =>
          tracker.open(choice, kind, head),
    ),
  fc.tuple(someChoice, citations).map(
    ([choice, [citation]]): Step =>
      (tracker) =>
        citation && tracker.citation(choice, citation),
  ),
  fc.tuple(someChoice, signatures).map(
    ([choice, signature]): Step =>
      (tracker) =>
        tracker.signature(choice, signature),
  ),
  fc.tuple(someChoice, maybe(fc.nat())).map(
    ([choice, expiresAt]): Step =>
      (tracker) =>
        tracker.close(choice, expiresAt),
  ),
  fc
    .tuple(
      someChoice,
      keys,
      fc.record({
        callId: maybe(fc.constantFrom('c1', 'c2', 'ü')),
        name: maybe(fc.constantFrom('f', '', 'grep')),
        kind: maybe(fc.constantFrom('function' as const, 'custom' as const)),
      }),
      shortText,
    )
    .map(
      ([choice, key, head, text]): Step =>
        (tracker) =>
          tracker.toolCall(choice, key, head, text),
    ),
  fc.tuple(someChoice, keys, signatures).map(
    ([choice, key, signature]): Step =>
      (tracker) =>
        tracker.signToolCall(choice, key, signature),
  ),
  fc.tuple(someChoice, keys).map(
    ([choice, key]): Step =>
      (tracker) =>
        tracker.endToolCall(choice, key),
  ),
  fc.tuple(someChoice, wholeParts).map(
    ([choice, part]): Step =>
      (tracker) =>
        tracker.whole(choice, part),
  ),
  fc.record({ inputText: fc.nat(), outputText: fc.nat() }).map(
    (usage): Step =>
      (tracker) =>
        tracker.usage(usage),
  ),
  maybe(servedAs).map(
    (how): Step =>
      (tracker) =>
        tracker.served(how),
  ),
  fc.tuple(someChoice, fc.constantFrom(...finishReasons)).map(
    ([choice, reason]): Step =>
      (tracker) =>
        tracker.finish(choice, { reason }),
  ),
);

/** Events as a tracker lets them through, whatever it was told; whole, broken off, or ended by a failure. */
export const promisedEvents: fc.Arbitrary<readonly IrEvent[]> = fc
  .tuple(fc.boolean(), fc.array(steps, { maxLength: 25 }), fc.constantFrom('end', 'end', 'end', 'error', 'cut'))
  .map(([headed, list, ending]) => {
    const tracker = openTracker('req1');
    if (headed) tracker.start({ id: 'up1', model: 'm', usage: { inputText: 3 } });
    for (const step of list) step(tracker);
    if (ending === 'end') tracker.end();
    if (ending === 'error')
      tracker.error({ status: 500, message: 'x', type: undefined, code: undefined, param: undefined });
    return tracker.take();
  });

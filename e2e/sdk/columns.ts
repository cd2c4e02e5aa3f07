import { expect } from 'bun:test';
import { isDeepStrictEqual } from 'node:util';
import { until } from '../until.ts';
import type { Answer, Called, Conversation, SdkClient, Settings } from './clients/client.ts';
import { cities, lines, png, prompts, resultFor, tokens } from './upstreams/play.ts';
import type { Asked } from './upstreams/asked.ts';
import type { Seen } from './upstreams/serve.ts';

/** One client before one upstream. */
export type Cell = {
  readonly client: SdkClient;
  /** The same client with a key that opens nothing, and with one that has spent all it may. */
  readonly stranger: SdkClient;
  readonly pauper: SdkClient;
  /** Models of the gateway's: one that just answers, one that reasons, and one for this cell alone. */
  readonly plain: string;
  readonly thinking: string;
  readonly limited: string;
  /** Models that reason, behind the other upstreams. */
  readonly elsewhere: readonly string[];
  /** A model that wants to hear of nobody's reasoning. */
  readonly withoutReasoning: string;
  /** Calls that reached an upstream since the cell began. */
  seen(): readonly Seen[];
};

const weather = cities.map((args): Called => ({ name: 'weather', args }));
const resultsOf = (answer: Answer): readonly string[] => answer.calls.map((call) => resultFor(call.args));

/** Nothing was refused by an upstream on the way. */
const expectNoComplaint = (cell: Cell): void => {
  expect(cell.seen().flatMap((seen) => seen.complaint ?? [])).toEqual([]);
};

function expectUsage(answer: Answer, reasoning: boolean): void {
  const output = tokens.output + (reasoning ? tokens.reasoning : 0);
  if (answer.usage) expect(answer.usage).toEqual({ input: tokens.input, output });
}

/** What the upstream understood of the last call. */
function lastAsked(cell: Cell): Asked {
  const asked = cell.seen().at(-1)?.asked;
  if (!asked) throw new Error('the upstream understood nothing');
  return asked;
}

async function text(cell: Cell, stream: boolean): Promise<void> {
  const answer = await cell.client.begin({ model: cell.plain, stream }).say(prompts.hello);
  expectNoComplaint(cell);
  expect(answer.text).toBe(lines.hello);
  expect(answer.complete).toBe(true);
  expectUsage(answer, false);
  expect(lastAsked(cell).stream).toBe(stream);
}

async function tools(cell: Cell, stream: boolean): Promise<void> {
  const conversation = cell.client.begin({ model: cell.plain, stream, tools: true });
  const first = await conversation.say(prompts.cities);
  expectNoComplaint(cell);
  expect(first.calls).toEqual(weather);
  expect(first.complete).toBe(true);
  expectUsage(first, false);
}

async function toolResults(cell: Cell, stream: boolean): Promise<void> {
  const conversation = cell.client.begin({ model: cell.plain, stream, tools: true });
  const answer = await conversation.giveResults(resultsOf(await conversation.say(prompts.cities)));
  expectNoComplaint(cell);
  expect(answer.text).toBe(lines.weather);
  // And on: what was said stays said.
  expect((await conversation.say(prompts.hello)).text).toBe(lines.hello);
  expectNoComplaint(cell);
}

async function reasoning(cell: Cell, stream: boolean): Promise<void> {
  const answer = await cell.client.begin({ model: cell.thinking, stream, think: true }).say(prompts.think);
  expectNoComplaint(cell);
  expect(answer.text).toBe(lines.hello);
  expectUsage(answer, true);
  expect(answer.reasoning).toBe(lines.thought);
}

/** Thinks, calls, thinks, calls, answers; each round's signatures go back exact. */
async function reasoningLoop(cell: Cell, stream: boolean): Promise<void> {
  const conversation = cell.client.begin({ model: cell.thinking, stream, think: true, tools: true });
  let answer = await conversation.say(prompts.loop);
  const signed: number[] = [];
  for (const [i] of cities.entries()) {
    expectNoComplaint(cell);
    expect(answer.calls).toEqual(weather.slice(i, i + 1));
    answer = await conversation.giveResults(resultsOf(answer));
    signed.push(cell.seen().at(-1)?.asked?.signedSteps ?? -1);
  }
  expectNoComplaint(cell);
  expect(answer.text).toBe(lines.weather);
  const wanted = cities.map((_, i) => i + 1);
  if (!isDeepStrictEqual(signed, wanted)) throw new Error(`${lostSignatures}: ${signed.join()} of ${wanted.join()}`);
}

/** What is said when nobody refused, but reasoning went back without its signatures. */
export const lostSignatures = 'signatures did not come back';

/** A loop begun here, gone on with elsewhere, and come home: no signature goes astray and nobody refuses. */
async function moved(cell: Cell): Promise<void> {
  for (const other of cell.elsewhere) {
    const conversation = cell.client.begin({ model: cell.thinking, think: true, tools: true });
    let answer = await conversation.say(prompts.loop);
    conversation.moveTo(other);
    answer = await conversation.giveResults(resultsOf(answer));
    expectNoComplaint(cell);
    expect(answer.calls).toEqual(weather.slice(1));
    conversation.moveTo(cell.thinking);
    answer = await conversation.giveResults(resultsOf(answer));
    expectNoComplaint(cell);
    expect(answer.text).toBe(lines.weather);
    conversation.moveTo(cell.withoutReasoning);
    answer = await conversation.say(prompts.hello);
    expectNoComplaint(cell);
    expect(answer.text).toBe(lines.hello);
  }
}

async function schema(cell: Cell): Promise<void> {
  const answer = await cell.client.begin({ model: cell.plain, schema: true }).say(prompts.schema);
  expectNoComplaint(cell);
  expect(JSON.parse(answer.text)).toEqual(lines.json);
}

async function image(cell: Cell): Promise<void> {
  const answer = await cell.client.begin({ model: cell.plain }).say(prompts.image, png);
  expectNoComplaint(cell);
  expect(answer.text).toBe(lines.image);
}

/** What an SDK throws at an answer. */
async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('the SDK threw no error');
    },
    (error: unknown) => error,
  );
}

async function refused(client: SdkClient, settings: Settings, status: number, prompt: string): Promise<void> {
  const error = await thrownBy(client.begin(settings).say(prompt));
  const failure = client.failureOf(error);
  if (!failure) throw error;
  expect(failure.status).toBe(status);
  if (status === 429 && failure.retryAfter !== null) expect(Number(failure.retryAfter)).toBeWithin(1, 8);
}

/** Both whole and streamed: a refusal comes before the first event. */
async function refusedByUpstream(cell: Cell, status: number): Promise<void> {
  await refused(cell.client, { model: cell.plain }, status, prompts.refuse(status));
  await refused(cell.client, { model: cell.plain, stream: true }, status, prompts.refuse(status));
}

/** An answer that breaks off is no answer: the SDK throws, or says that it is not whole. */
async function broken(cell: Cell, prompt: string): Promise<void> {
  const conversation: Conversation = cell.client.begin({ model: cell.plain, stream: true });
  const complete = await conversation.say(prompt).then(
    (answer) => answer.complete,
    () => false,
  );
  expect(complete).toBe(false);
}

async function abort(cell: Cell): Promise<void> {
  const controller = new AbortController();
  let heard = false;
  const onText = (): void => {
    heard = true;
    controller.abort();
  };
  const { signal } = controller;
  const conversation = cell.client.begin({ model: cell.plain, stream: true, signal, onText });
  await conversation.say(prompts.endless).then(
    (answer) => expect(answer.complete).toBe(false),
    () => undefined,
  );
  expect(heard).toBe(true);
  const call = cell.seen().at(-1);
  await until('the upstream to be hung up on', () => Promise.resolve(call?.hungUp || undefined), 5000);
}

/** The columns of the matrix. */
export const columns: Readonly<Record<string, (cell: Cell) => Promise<void>>> = {
  text: (cell) => text(cell, false),
  stream: (cell) => text(cell, true),
  tools: (cell) => tools(cell, false),
  'tools~': (cell) => tools(cell, true),
  loop: (cell) => toolResults(cell, false),
  'loop~': (cell) => toolResults(cell, true),
  think: (cell) => reasoning(cell, false),
  'think~': (cell) => reasoning(cell, true),
  signed: (cell) => reasoningLoop(cell, false),
  'signed~': (cell) => reasoningLoop(cell, true),
  moved,
  schema,
  image,
  bad: (cell) => refusedByUpstream(cell, 400),
  key: (cell) => refused(cell.stranger, { model: cell.plain }, 401, prompts.hello),
  money: (cell) => refused(cell.pauper, { model: cell.plain }, 402, prompts.hello),
  rate: (cell) => refused(cell.client, { model: cell.limited }, 429, prompts.refuse(429)),
  fault: (cell) => refusedByUpstream(cell, 500),
  cut: (cell) => broken(cell, prompts.cut),
  broken: (cell) => broken(cell, prompts.error),
  abort,
};

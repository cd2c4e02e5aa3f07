import type { UpstreamFailure } from '../protocol.ts';
import type { IrEvent, WholePart } from './event.ts';
import { trackArguments, type ArgumentsTrack } from './arguments.ts';
import { failureOf, finishOf } from './finish.ts';
import type { Citation, Extensions, Signature, TokenLogprob } from './part.ts';
import type { Finish } from './response.ts';
import type { ServedAs } from './served-as.ts';
import type { Usage } from './usage.ts';

/** What a part is begun with, besides its kind. */
export type PartHead = {
  readonly id?: string | undefined;
  readonly summary?: boolean | undefined;
  readonly redacted?: boolean | undefined;
  readonly mediaType?: string | undefined;
  readonly extensions?: Extensions | undefined;
};

/** What is known of a tool call so far; each field once is enough, in any delta. */
export type ToolCallHead = {
  readonly id?: string | undefined;
  readonly callId?: string | undefined;
  readonly name?: string | undefined;
  readonly kind?: 'function' | 'custom' | undefined;
  readonly extensions?: Extensions | undefined;
};

/**
 * Turns what a reader names into events that keep the promises of {@link IrEvent}. It owns part numbers, the closing of
 * one part when another begins, tool calls without a head or an end, and the order of usage, finish and end.
 */
export type Tracker = {
  /** The head of the answer; only the first counts. Everything else implies it. */
  start(head: Omit<Extract<IrEvent, { type: 'response-start' }>, 'type'>): void;
  text(choice: number, text: string, logprobs?: readonly TokenLogprob[]): void;
  reasoning(choice: number, text: string): void;
  refusal(choice: number, text: string, logprobs?: readonly TokenLogprob[]): void;
  audio(choice: number, data: string, transcript: string): void;
  /** Begins a part though nothing is in it yet; the deltas that follow go to it. Ends what was open. */
  open(choice: number, kind: 'text' | 'reasoning' | 'refusal' | 'audio', head: PartHead): void;
  /** On the open text; a citation without one opens an empty text. */
  citation(choice: number, citation: Citation): void;
  /** On the part opened last, if it is open. */
  signature(choice: number, signature: Signature): void;
  /** Ends the text, reasoning, refusal or audio that is open. */
  close(choice: number, expiresAt?: number): void;
  /** A piece of the tool call that the protocol knows by `key`. */
  toolCall(choice: number, key: number | string, head: ToolCallHead, text: string): void;
  signToolCall(choice: number, key: number | string, signature: Signature): void;
  endToolCall(choice: number, key: number | string): void;
  whole(choice: number, value: WholePart): void;
  usage(usage: Usage): void;
  /** Nothing happens when the answer says nothing. */
  served(servedAs: ServedAs | undefined): void;
  /** Why a choice ended; the last word counts. Told at the end. */
  finish(choice: number, finish: Finish): void;
  /** Whether every choice that began has a finish, and there is one. */
  readonly finished: boolean;
  error(failure: UpstreamFailure): void;
  /** Closes what is open and ends the answer; once. One of which a choice ended in failure ends in that. */
  end(): void;
  /** The events since the last call. */
  take(): readonly IrEvent[];
};

type Open = { readonly kind: 'text' | 'reasoning' | 'refusal' | 'audio'; readonly part: number };
type Call = {
  part: number;
  head: ToolCallHead;
  /** Arguments that came before the name. */
  held: string;
  signature: Signature | undefined;
  state: 'headless' | 'open' | 'ended';
  readonly track: ArgumentsTrack;
};
type Choice = {
  open: Open | undefined;
  readonly calls: Map<number | string, Call>;
  /** Calls that have begun and not ended. */
  readonly openCalls: Set<Call>;
  /** Those of them that will not go on, and end when another begins. */
  readonly wholeCalls: Set<Call>;
  finish: Finish | undefined;
};

const none: readonly IrEvent[] = [];

/** A tracker for one answer. Ids the upstream left out are made of `requestId`. */
export function openTracker(requestId: string): Tracker {
  let events: IrEvent[] = [];
  let parts = 0;
  let started = false;
  let over = false;
  const choices = new Map<number, Choice>();
  let finishedChoices = 0;

  function fail(failure: UpstreamFailure): void {
    begin();
    emit({ type: 'error', failure });
    over = true;
  }

  /** Nothing comes behind the end, whatever the upstream still says. */
  function emit(event: IrEvent): void {
    if (!over) events.push(event);
  }

  function choiceAt(index: number): Choice {
    let choice = choices.get(index);
    if (!choice) {
      begin();
      choice = {
        open: undefined,
        calls: new Map(),
        openCalls: new Set(),
        wholeCalls: new Set(),
        finish: undefined,
      };
      choices.set(index, choice);
    }
    return choice;
  }

  function begin(): void {
    if (started) return;
    started = true;
    emit({ type: 'response-start', id: requestId, model: '' });
  }

  function closeOpen(choice: Choice, expiresAt?: number): void {
    const { open } = choice;
    if (!open) return;
    choice.open = undefined;
    emit(endOf(open, expiresAt));
  }

  function endCall(choice: Choice, call: Call): void {
    if (call.state !== 'open') return;
    call.state = 'ended';
    choice.openCalls.delete(call);
    choice.wholeCalls.delete(call);
    emit({ type: 'tool-call-end', part: call.part });
  }

  function endCalls(choice: Choice): void {
    for (const call of choice.openCalls) endCall(choice, call);
  }

  function opened(index: number, choice: Choice, kind: Open['kind'], head: PartHead | undefined): Open {
    if (choice.open && choice.open.kind === kind && head === undefined) return choice.open;
    closeOpen(choice);
    endCalls(choice);
    const part = parts++;
    const common = { part, choice: index, id: head?.id, extensions: head?.extensions };
    switch (kind) {
      case 'text':
        emit({ type: 'text-start', ...common });
        break;
      case 'reasoning':
        emit({ type: 'reasoning-start', ...common, summary: head?.summary, redacted: head?.redacted });
        break;
      case 'refusal':
        emit({ type: 'refusal-start', ...common });
        break;
      case 'audio':
        emit({ type: 'audio-start', ...common, mediaType: head?.mediaType ?? 'audio/pcm' });
        break;
    }
    const open: Open = { kind, part };
    choice.open = open;
    return open;
  }

  function startCall(index: number, choice: Choice, call: Call): void {
    closeOpen(choice);
    for (const other of choice.wholeCalls) endCall(choice, other);
    call.part = parts++;
    call.state = 'open';
    choice.openCalls.add(call);
    judgeWhole(choice, call);
    const { head } = call;
    emit({
      type: 'tool-call-start',
      part: call.part,
      choice: index,
      id: head.id,
      callId: head.callId ?? `call_${requestId}_${call.part}`,
      name: head.name ?? '',
      kind: head.kind ?? 'function',
      extensions: head.extensions,
    });
    if (call.held !== '') emit({ type: 'tool-call-arguments-delta', part: call.part, text: call.held });
    call.held = '';
    if (call.signature) emit({ type: 'signature', part: call.part, signature: call.signature });
  }

  /** An argument that is whole will not go on; an unfinished one may, interleaved with others. */
  function judgeWhole(choice: Choice, call: Call): void {
    if (call.track.complete || call.head.kind === 'custom') choice.wholeCalls.add(call);
    else choice.wholeCalls.delete(call);
  }

  return {
    start(head) {
      if (started) return;
      started = true;
      emit({ type: 'response-start', ...head });
    },
    text(index, text, logprobs) {
      const choice = choiceAt(index);
      const { part } = opened(index, choice, 'text', undefined);
      emit({ type: 'text-delta', part, text, logprobs });
    },
    reasoning(index, text) {
      const choice = choiceAt(index);
      const { part } = opened(index, choice, 'reasoning', undefined);
      emit({ type: 'reasoning-delta', part, text });
    },
    refusal(index, text, logprobs) {
      const choice = choiceAt(index);
      const { part } = opened(index, choice, 'refusal', undefined);
      emit({ type: 'refusal-delta', part, text, logprobs });
    },
    audio(index, data, transcript) {
      const choice = choiceAt(index);
      const { part } = opened(index, choice, 'audio', undefined);
      emit({ type: 'audio-delta', part, data, transcript });
    },
    open(index, kind, head) {
      opened(index, choiceAt(index), kind, head);
    },
    citation(index, citation) {
      const choice = choiceAt(index);
      const { part } = opened(index, choice, 'text', undefined);
      emit({ type: 'citation', part, citation });
    },
    signature(index, signature) {
      const { open } = choiceAt(index);
      if (open) emit({ type: 'signature', part: open.part, signature });
    },
    close(index, expiresAt) {
      closeOpen(choiceAt(index), expiresAt);
    },
    toolCall(index, key, head, text) {
      const choice = choiceAt(index);
      let call = choice.calls.get(key);
      if (!call) {
        call = { part: -1, head, held: '', signature: undefined, state: 'headless', track: trackArguments() };
        choice.calls.set(key, call);
      } else if (call.state === 'ended') return;
      if (call.state === 'headless') {
        call.head = mergeHeads(call.head, head);
        if (call.head.name !== undefined && call.head.name !== '') startCall(index, choice, call);
      }
      if (text === '') return;
      call.track.push(text);
      if (call.state === 'open') {
        judgeWhole(choice, call);
        emit({ type: 'tool-call-arguments-delta', part: call.part, text });
      } else call.held += text;
    },
    signToolCall(index, key, signature) {
      const call = choiceAt(index).calls.get(key);
      if (!call) return;
      call.signature = signature;
      if (call.state === 'open') emit({ type: 'signature', part: call.part, signature });
    },
    endToolCall(index, key) {
      const choice = choiceAt(index);
      const call = choice.calls.get(key);
      if (call?.state === 'headless') startCall(index, choice, call);
      if (call) endCall(choice, call);
    },
    whole(index, value) {
      const choice = choiceAt(index);
      closeOpen(choice);
      endCalls(choice);
      emit({ type: 'part', part: parts++, choice: index, value });
    },
    usage(usage) {
      begin();
      emit({ type: 'usage', usage });
    },
    served(servedAs) {
      if (!servedAs) return;
      begin();
      emit({ type: 'served', servedAs });
    },
    finish(index, finish) {
      const choice = choiceAt(index);
      if (!choice.finish) finishedChoices++;
      choice.finish = finish;
    },
    get finished() {
      return choices.size > 0 && finishedChoices === choices.size;
    },
    error: fail,
    end() {
      if (over) return;
      begin();
      let failure: UpstreamFailure | undefined;
      for (const [index, choice] of choices) {
        closeOpen(choice);
        for (const call of choice.calls.values()) if (isUnannounced(call)) startCall(index, choice, call);
        endCalls(choice);
        failure ??= choice.finish && failureOf(choice.finish);
      }
      if (failure) return fail(failure);
      for (const [index, choice] of choices) {
        emit({ type: 'finish', choice: index, finish: finishOf(choice.finish, hasCalls(choice)) });
      }
      emit({ type: 'response-end' });
      over = true;
    },
    take() {
      if (events.length === 0) return none;
      const taken = events;
      events = [];
      return taken;
    },
  };
}

function endOf({ kind, part }: Open, expiresAt: number | undefined): IrEvent {
  switch (kind) {
    case 'text':
      return { type: 'text-end', part };
    case 'reasoning':
      return { type: 'reasoning-end', part };
    case 'refusal':
      return { type: 'refusal-end', part };
    case 'audio':
      return { type: 'audio-end', part, expiresAt };
  }
}

/** A call that was announced, and of which nothing but its place was ever told, is none. */
const isUnannounced = ({ state, head, held }: Call): boolean =>
  state === 'headless' && (held !== '' || (head.callId ?? '') !== '');

const hasCalls = ({ calls }: Choice): boolean => [...calls.values()].some(({ state }) => state !== 'headless');

function mergeHeads(known: ToolCallHead, more: ToolCallHead): ToolCallHead {
  return {
    id: known.id ?? more.id,
    callId: known.callId ?? more.callId,
    name: known.name ?? more.name,
    kind: known.kind ?? more.kind,
    extensions: known.extensions ?? more.extensions,
  };
}

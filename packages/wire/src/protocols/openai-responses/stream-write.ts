import type { EventWriter, WriteContext } from '../../ir/codec.ts';
import { customToolsOf } from '../../ir/custom-tools.ts';
import type { IrEvent, WholePart } from '../../ir/event.ts';
import { firstChoice } from '../../ir/first-choice.ts';
import { openLossTracker } from '../../ir/loss.ts';
import type { HostedCallPart, HostedResultPart, Signature } from '../../ir/part.ts';
import type { Finish } from '../../ir/response.ts';
import type { Usage } from '../../ir/usage.ts';
import { textAt } from '../../json/fields.ts';
import type { ErrorWords, JsonObject } from '../../protocol.ts';
import { errorEvent } from './errors.ts';
import { writeEnding } from './finish.ts';
import { beginningOf, loseResult, stagesOf, writeHosted } from './hosted-write.ts';
import { writeCallItem } from './input-write.ts';
import { responseHead, signItem, reasoningItem, writeItem, writeUsage } from './response-write.ts';
import { openItemLog } from './stream-items.ts';
import { openMessageWriter } from './stream-message.ts';

const own = 'openai-responses';

type Event<T extends IrEvent['type']> = Extract<IrEvent, { type: T }>;

type Thought = {
  readonly part: number;
  readonly index: number;
  readonly id: string;
  readonly redacted: boolean | undefined;
  text: string;
  signature: Signature | undefined;
};
type Call = {
  readonly start: Event<'tool-call-start'>;
  readonly index: number;
  readonly id: string;
  text: string;
  signature: Signature | undefined;
};

/**
 * Writes a streamed response with OpenAI's complete sequence: `response.created`, `response.in_progress`; each item
 * added, its content added, told and done with its full text, done itself; `response.completed`, `.incomplete` or
 * `.failed` with the whole response. Every event is numbered. Tool calls may be interleaved, as they are there.
 * https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function writeResponseEvents(context: WriteContext): EventWriter & {
  /** The items that are done so far. */
  readonly output: readonly JsonObject[];
} {
  const lossTracker = openLossTracker();
  const customTools = customToolsOf(context.request);
  const log = openItemLog(context);
  const texts = openMessageWriter(log, lossTracker);
  let head: JsonObject | undefined;
  let thought: Thought | undefined;
  const calls = new Map<number, Call>();
  /** A hosted call, told when it is known whether its result follows. */
  let hosted: { readonly call: HostedCallPart; readonly path: string } | undefined;
  let refused = false;
  let finish: Finish | undefined;
  let usage: Usage | undefined;
  const isFirst = firstChoice(() => lossTracker.dropped('choices', 'Responses gives one answer'));

  function begin(serviceTier: string | undefined): string {
    if (head) return '';
    head = responseHead(context, serviceTier);
    return log.frame('response.created', { response: head }) + log.frame('response.in_progress', { response: head });
  }

  const pathOf = (part: number): string => `choices[0].parts[${part}]`;

  /** Ends what cannot stay open beside an item that begins: the message, and a hosted call without its result. */
  function settle(): string {
    return texts.finish('completed') + tellHosted(undefined);
  }

  function openReasoning(event: Event<'reasoning-start'>): string {
    const text = settle();
    lossTracker.extensions(pathOf(event.part), event.extensions, own);
    const index = log.place();
    const id = log.id('rs', index);
    thought = { part: event.part, index, id, redacted: event.redacted, text: '', signature: undefined };
    return text + log.added(index, reasoningItem(id, '', undefined, undefined));
  }

  function think(text: string): string {
    if (!thought || text === '') return '';
    const where = { item_id: thought.id, output_index: thought.index, summary_index: 0 };
    const first = thought.text === '';
    thought.text += text;
    const part = { type: 'summary_text', text: '' };
    return (
      (first ? log.frame('response.reasoning_summary_part.added', { ...where, part }) : '') +
      log.frame('response.reasoning_summary_text.delta', { ...where, delta: text })
    );
  }

  function closeReasoning(): string {
    if (!thought) return '';
    const { index, id, text, signature, redacted } = thought;
    thought = undefined;
    const where = { item_id: id, output_index: index, summary_index: 0 };
    const told =
      text === ''
        ? ''
        : log.frame('response.reasoning_summary_text.done', { ...where, text }) +
          log.frame('response.reasoning_summary_part.done', { ...where, part: { type: 'summary_text', text } });
    return told + log.done(index, reasoningItem(id, text, signature, redacted));
  }

  function callItem(call: Call, text: string, status: string): JsonObject {
    const { callId, name, kind, extensions } = call.start;
    const item = writeCallItem({ type: 'tool-call', callId, name, kind, arguments: text, extensions }, call.id);
    return { ...item, status, ...(text === '' && kind === 'function' ? { arguments: '' } : undefined) };
  }

  function openCall(start: Event<'tool-call-start'>): string {
    const text = settle();
    lossTracker.extensions(pathOf(start.part), start.extensions, own);
    const index = log.place();
    const call = {
      start,
      index,
      id: log.id(start.kind === 'custom' ? 'ctc' : 'fc', index),
      text: '',
      signature: undefined,
    };
    calls.set(start.part, call);
    return text + log.added(index, callItem(call, '', 'in_progress'));
  }

  const eventOf = ({ start }: Call, word: string): string =>
    start.kind === 'custom' ? `response.custom_tool_call_input.${word}` : `response.function_call_arguments.${word}`;

  function argue(event: Event<'tool-call-arguments-delta'>): string {
    const call = calls.get(event.part);
    if (!call) return '';
    call.text += event.text;
    return log.frame(eventOf(call, 'delta'), { item_id: call.id, output_index: call.index, delta: event.text });
  }

  function closeCall(part: number): string {
    const call = calls.get(part);
    if (!call) return '';
    calls.delete(part);
    const { kind, callId } = call.start;
    let text = '';
    // A tool without arguments is called with none, and clients parse them.
    if (call.text === '' && kind === 'function') text += argueEmpty(call);
    const whole = call.text;
    const fields = kind === 'custom' ? { input: whole } : { arguments: whole };
    text += log.frame(eventOf(call, 'done'), { item_id: call.id, output_index: call.index, ...fields });
    text += log.done(call.index, callItem(call, whole, 'completed'));
    if (!call.signature) return text;
    const index = log.place();
    const item = signItem(call.signature, callId, (prefix) => log.id(prefix, index));
    return text + log.added(index, item) + log.done(index, item);
  }

  function argueEmpty(call: Call): string {
    call.text = '{}';
    return log.frame(eventOf(call, 'delta'), { item_id: call.id, output_index: call.index, delta: '{}' });
  }

  function tellWhole(item: JsonObject): string {
    const output_index = log.place();
    const where = { item_id: item['id'] ?? '', output_index };
    let text = log.added(output_index, beginningOf(item));
    for (const { type, fields } of stagesOf(item)) text += log.frame(type, { ...where, ...fields });
    return text + log.done(output_index, item);
  }

  function tellHosted(result: HostedResultPart | undefined): string {
    if (!hosted) return '';
    const { call, path } = hosted;
    hosted = undefined;
    const item = writeHosted(call, result, log.id, path, lossTracker);
    return item ? tellWhole(item) : '';
  }

  /** A text that comes whole. */
  function say(part: number, text: string): string {
    return openText({ part }, false) + texts.tell(text) + texts.close();
  }

  function openText(start: Parameters<typeof texts.open>[0], refusal: boolean): string {
    return tellHosted(undefined) + texts.open(start, refusal);
  }

  function writeWhole(part: number, value: WholePart): string {
    const path = pathOf(part);
    if (value.type === 'hosted-result') {
      if (hosted?.call.callId === value.callId) return tellHosted(value);
      loseResult(value, path, lossTracker);
      return '';
    }
    if (value.type === 'audio') {
      lossTracker.approximated(path, 'audio became its transcript');
      return say(part, value.transcript ?? '');
    }
    const text = settle();
    if (value.type === 'hosted-call') {
      hosted = { call: value, path };
      return text;
    }
    const item = writeItem(value, log.id, path, lossTracker);
    if (!item) return text;
    if (item['type'] !== 'message') return text + tellWhole(item);
    const [said] = item['content'] as readonly JsonObject[];
    return text + say(part, (said && textAt(said, 'text')) ?? '');
  }

  function signature(event: Event<'signature'>): void {
    const call = calls.get(event.part);
    if (call) call.signature = event.signature;
    else if (thought?.part === event.part) thought.signature = event.signature;
    else
      lossTracker.dropped(
        `${pathOf(event.part)}.signature`,
        'Responses carries signatures of reasoning and calls only',
      );
  }

  function end(): string {
    const ending = writeEnding(finish, refused);
    let text = texts.finish(ending.status) + tellHosted(undefined);
    const response = {
      ...head,
      ...ending,
      ...(ending.status === 'completed' ? { completed_at: context.created } : undefined),
      output: log.output,
      usage: writeUsage(usage, context),
    };
    text += log.frame(`response.${ending.status}`, { response });
    return text;
  }

  function one(event: IrEvent): string {
    switch (event.type) {
      case 'response-start':
        lossTracker.extensions('', event.extensions, own);
        usage ??= event.usage;
        return begin(event.serviceTier);
      case 'text-start':
        return openText(event, false);
      case 'refusal-start':
        refused = true;
        return openText(event, true);
      case 'text-delta':
      case 'refusal-delta':
        return texts.tell(event.text, event.logprobs);
      case 'citation':
        return texts.cite(event.citation);
      case 'text-end':
      case 'refusal-end':
      case 'audio-end':
        return texts.close();
      case 'reasoning-start':
        return openReasoning(event);
      case 'reasoning-delta':
        return think(event.text);
      case 'reasoning-end':
        return closeReasoning();
      case 'tool-call-start':
        return openCall(event);
      case 'tool-call-arguments-delta':
        return argue(event);
      case 'tool-call-end':
        return closeCall(event.part);
      case 'audio-start':
        lossTracker.approximated(pathOf(event.part), 'audio became its transcript');
        return openText(event, false);
      case 'audio-delta':
        return event.transcript === '' ? '' : texts.tell(event.transcript);
      case 'signature':
        signature(event);
        return '';
      case 'part':
        return writeWhole(event.part, event.value);
      case 'usage':
        usage = event.usage;
        return '';
      case 'served':
        return '';
      case 'finish':
        finish = event.finish;
        return '';
      case 'response-end':
        return end();
      // Told by `fail`, in the gateway's words.
      case 'error':
        return '';
    }
  }

  /** Keeps what was being told when the stream broke, as far as it came. */
  function breakOff(): void {
    texts.breakOff();
    if (thought) log.keep(thought.index, reasoningItem(thought.id, thought.text, thought.signature, thought.redacted));
    for (const call of calls.values()) log.keep(call.index, callItem(call, call.text, 'incomplete'));
  }

  return {
    write(event) {
      let text = '';
      for (const next of customTools?.event(event) ?? [event]) {
        if (!isFirst(next)) continue;
        if (next.type !== 'response-start') text += begin(undefined);
        text += one(next);
      }
      return text;
    },
    fail(words: ErrorWords) {
      let text = begin(undefined);
      breakOff();
      const error = { code: words.code, message: words.message };
      const response = { ...head, status: 'failed', error, output: log.output };
      text += log.frame('response.failed', { response });
      // Clients that only wait for one of the two are told by either.
      return `${text}event: error\ndata: ${JSON.stringify(errorEvent(words, log.number()))}\n\n`;
    },
    get losses() {
      return lossTracker.losses;
    },
    get output() {
      return log.output;
    },
  };
}

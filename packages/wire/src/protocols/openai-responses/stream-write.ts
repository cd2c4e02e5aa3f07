import type { EventWriter, WriteContext } from '../../ir/codec.ts';
import { customToolsOf } from '../../ir/custom-tools.ts';
import type { IrEvent, WholePart } from '../../ir/event.ts';
import { openLossBook } from '../../ir/loss.ts';
import type { Citation, HostedCallPart, HostedResultPart, Part, Seal, TokenLogprob } from '../../ir/part.ts';
import type { Finish } from '../../ir/response.ts';
import type { Usage } from '../../ir/usage.ts';
import { textAt } from '../../json/fields.ts';
import type { ErrorWords, Json, JsonObject } from '../../protocol.ts';
import { writeAnnotation, writeLogprobs } from './content-write.ts';
import { errorEvent } from './errors.ts';
import { writeEnding } from './finish.ts';
import { beginningOf, loseResult, stagesOf, writeHosted } from './hosted-write.ts';
import { writeCallItem } from './input-write.ts';
import { itemId, messageItem, responseHead, sealItem, thoughtItem, writeItem, writeUsage } from './response-write.ts';

const own = 'openai-responses';

type Event<T extends IrEvent['type']> = Extract<IrEvent, { type: T }>;

/** Content of the message that is open. */
type Content = {
  readonly part: number;
  readonly refusal: boolean;
  readonly where: JsonObject;
  /** The frame of a delta up to its number, and from there to its text. */
  readonly delta: readonly [string, string];
  text: string;
  annotations: JsonObject[];
  /** Citations that wait for the text's end. */
  readonly uncited: Citation[];
  logprobs: TokenLogprob[];
};
type Message = {
  readonly index: number;
  readonly id: string;
  readonly of: string | undefined;
  readonly head: Pick<Part, 'extensions'>;
  readonly content: JsonObject[];
};
type Thought = {
  readonly part: number;
  readonly index: number;
  readonly id: string;
  readonly redacted: boolean | undefined;
  text: string;
  seal: Seal | undefined;
};
type Call = {
  readonly start: Event<'tool-call-start'>;
  readonly index: number;
  readonly id: string;
  text: string;
  seal: Seal | undefined;
};

/**
 * Writes a streamed response with OpenAI's complete sequence: `response.created`, `response.in_progress`; each item
 * added, its content added, told and done with its full text, done itself; `response.completed`, `.incomplete` or
 * `.failed` with the whole response. Every event is numbered. Tool calls may be interleaved, as they are there.
 * https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function writeResponseEvents(context: WriteContext): EventWriter {
  const book = openLossBook();
  const customTools = customToolsOf(context.request);
  let sequence = 0;
  let head: JsonObject | undefined;
  /** Items that are done, by their place; and how many have begun. */
  const output: JsonObject[] = [];
  let items = 0;
  let message: Message | undefined;
  let content: Content | undefined;
  let thought: Thought | undefined;
  const calls = new Map<number, Call>();
  /** A hosted call, told when it is known whether its result follows. */
  let hosted: { readonly call: HostedCallPart; readonly path: string } | undefined;
  let refused = false;
  let finish: Finish | undefined;
  let usage: Usage | undefined;
  const others = new Set<number>();

  function frame(type: string, fields: JsonObject): string {
    const data = JSON.stringify({ type, sequence_number: sequence++, ...fields });
    return `event: ${type}\ndata: ${data}\n\n`;
  }

  function begin(serviceTier: string | undefined): string {
    if (head) return '';
    head = responseHead(context, serviceTier);
    return frame('response.created', { response: head }) + frame('response.in_progress', { response: head });
  }

  function added(output_index: number, item: JsonObject): string {
    return frame('response.output_item.added', { output_index, item });
  }

  function done(output_index: number, item: JsonObject): string {
    output[output_index] = item;
    return frame('response.output_item.done', { output_index, item });
  }

  const pathOf = (part: number): string => `choices[0].parts[${part}]`;

  /** Ends what cannot stay open beside an item that begins: the message, and a hosted call without its result. */
  function settle(): string {
    return closeMessage('completed') + tellHosted(undefined);
  }

  function closeMessage(status: string): string {
    if (!message) return '';
    const { index, id, head: extra, content: parts } = message;
    message = undefined;
    return done(index, messageItem(id, status, parts, extra));
  }

  function openContent(
    event: { part: number; id?: string | undefined } & Pick<Part, 'extensions'>,
    refusal: boolean,
  ): string {
    let text = tellHosted(undefined);
    if (message && message.of !== event.id) text += closeMessage('completed');
    if (!message) {
      const index = items++;
      const id = itemId('msg', index, context);
      message = { index, id, of: event.id, head: { extensions: event.extensions }, content: [] };
      text += added(index, messageItem(id, 'in_progress', [], event));
    }
    book.extensions(pathOf(event.part), event.extensions, own);
    const where = { item_id: message.id, output_index: message.index, content_index: message.content.length };
    const type = refusal ? 'response.refusal.delta' : 'response.output_text.delta';
    const members = JSON.stringify(where).slice(1, -1);
    const delta = [`event: ${type}\ndata: {"type":"${type}","sequence_number":`, `,${members},"delta":`] as const;
    content = { part: event.part, refusal, where, delta, text: '', annotations: [], uncited: [], logprobs: [] };
    const part = refusal
      ? { type: 'refusal', refusal: '' }
      : { type: 'output_text', annotations: [], logprobs: [], text: '' };
    return text + frame('response.content_part.added', { ...where, part });
  }

  /** The one event that comes by the thousand; its frame is put together of what does not change. */
  function tell(text: string, logprobs: readonly TokenLogprob[] | undefined): string {
    if (!content) return '';
    content.text += text;
    if (logprobs) content.logprobs.push(...logprobs);
    const [front, middle] = content.delta;
    const tail = content.refusal ? '' : `,"logprobs":${logprobs ? JSON.stringify(writeLogprobs(logprobs)) : '[]'}`;
    return `${front}${sequence++}${middle}${JSON.stringify(text)}${tail}}\n\n`;
  }

  function closeContent(): string {
    if (!content || !message) return '';
    const { where, text, annotations, refusal } = content;
    let told = '';
    for (const citation of content.uncited) told += annotate(content, citation);
    const logprobs = writeLogprobs(content.logprobs);
    content = undefined;
    const part: JsonObject = refusal
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', text, annotations, logprobs };
    message.content.push(part);
    const whole = refusal
      ? frame('response.refusal.done', { ...where, refusal: text })
      : frame('response.output_text.done', { ...where, text, logprobs });
    return told + whole + frame('response.content_part.done', { ...where, part });
  }

  function cite(event: Event<'citation'>): string {
    if (!content) return '';
    // A citation of all of a text may come before it (Anthropic's do), and has no end then.
    if (event.citation.end !== undefined || event.citation.raw?.by === own) return annotate(content, event.citation);
    content.uncited.push(event.citation);
    return '';
  }

  function annotate({ part, text, annotations, where }: Content, citation: Citation): string {
    const annotation = writeAnnotation(citation, text.length, pathOf(part), book);
    if (!annotation) return '';
    const annotation_index = annotations.push(annotation) - 1;
    return frame('response.output_text.annotation.added', { ...where, annotation_index, annotation });
  }

  function openThought(event: Event<'reasoning-start'>): string {
    const text = settle();
    book.extensions(pathOf(event.part), event.extensions, own);
    const index = items++;
    const id = itemId('rs', index, context);
    thought = { part: event.part, index, id, redacted: event.redacted, text: '', seal: undefined };
    return text + added(index, thoughtItem(id, '', undefined, undefined));
  }

  function think(text: string): string {
    if (!thought || text === '') return '';
    const where = { item_id: thought.id, output_index: thought.index, summary_index: 0 };
    const first = thought.text === '';
    thought.text += text;
    const part = { type: 'summary_text', text: '' };
    return (
      (first ? frame('response.reasoning_summary_part.added', { ...where, part }) : '') +
      frame('response.reasoning_summary_text.delta', { ...where, delta: text })
    );
  }

  function closeThought(): string {
    if (!thought) return '';
    const { index, id, text, seal, redacted } = thought;
    thought = undefined;
    const where = { item_id: id, output_index: index, summary_index: 0 };
    const told =
      text === ''
        ? ''
        : frame('response.reasoning_summary_text.done', { ...where, text }) +
          frame('response.reasoning_summary_part.done', { ...where, part: { type: 'summary_text', text } });
    return told + done(index, thoughtItem(id, text, seal, redacted));
  }

  function callItem(call: Call, text: string, status: string): JsonObject {
    const { callId, name, kind, extensions } = call.start;
    const item = writeCallItem({ type: 'tool-call', callId, name, kind, arguments: text, extensions }, call.id);
    return { ...item, status, ...(text === '' && kind === 'function' ? { arguments: '' } : undefined) };
  }

  function openCall(start: Event<'tool-call-start'>): string {
    const text = settle();
    book.extensions(pathOf(start.part), start.extensions, own);
    const index = items++;
    const call = {
      start,
      index,
      id: itemId(start.kind === 'custom' ? 'ctc' : 'fc', index, context),
      text: '',
      seal: undefined,
    };
    calls.set(start.part, call);
    return text + added(index, callItem(call, '', 'in_progress'));
  }

  const eventOf = ({ start }: Call, word: string): string =>
    start.kind === 'custom' ? `response.custom_tool_call_input.${word}` : `response.function_call_arguments.${word}`;

  function argue(event: Event<'tool-call-arguments-delta'>): string {
    const call = calls.get(event.part);
    if (!call) return '';
    call.text += event.text;
    return frame(eventOf(call, 'delta'), { item_id: call.id, output_index: call.index, delta: event.text });
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
    text += frame(eventOf(call, 'done'), { item_id: call.id, output_index: call.index, ...fields });
    text += done(call.index, callItem(call, whole, 'completed'));
    if (!call.seal) return text;
    const index = items++;
    const item = sealItem(call.seal, callId, (prefix) => itemId(prefix, index, context));
    return text + added(index, item) + done(index, item);
  }

  function argueEmpty(call: Call): string {
    call.text = '{}';
    return frame(eventOf(call, 'delta'), { item_id: call.id, output_index: call.index, delta: '{}' });
  }

  function tellWhole(item: JsonObject): string {
    const output_index = items++;
    const where = { item_id: item['id'] ?? '', output_index };
    let text = added(output_index, beginningOf(item));
    for (const { type, fields } of stagesOf(item)) text += frame(type, { ...where, ...fields });
    return text + done(output_index, item);
  }

  function tellHosted(result: HostedResultPart | undefined): string {
    if (!hosted) return '';
    const { call, path } = hosted;
    hosted = undefined;
    const item = writeHosted(call, result, (prefix) => itemId(prefix, items, context), path, book);
    return item ? tellWhole(item) : '';
  }

  function writeWhole(part: number, value: WholePart): string {
    const path = pathOf(part);
    if (value.type === 'hosted-result') {
      if (hosted?.call.callId === value.callId) return tellHosted(value);
      loseResult(value, path, book);
      return '';
    }
    if (value.type === 'audio') {
      book.approximated(path, 'audio became its transcript');
      return openContent({ part }, false) + tell(value.transcript ?? '', undefined) + closeContent();
    }
    const text = settle();
    if (value.type === 'hosted-call') {
      hosted = { call: value, path };
      return text;
    }
    const item = writeItem(value, (prefix) => itemId(prefix, items, context), path, book);
    if (!item) return text;
    if (item['type'] !== 'message') return text + tellWhole(item);
    const [said] = item['content'] as readonly JsonObject[];
    return text + openContent({ part }, false) + tell((said && textAt(said, 'text')) ?? '', undefined) + closeContent();
  }

  function seal(event: Event<'seal'>): void {
    const call = calls.get(event.part);
    if (call) call.seal = event.seal;
    else if (thought?.part === event.part) thought.seal = event.seal;
    else book.dropped(`${pathOf(event.part)}.seal`, 'Responses carries seals of thoughts and calls only');
  }

  function end(): string {
    const ending = writeEnding(finish, refused);
    let text = closeMessage(ending.status === 'incomplete' ? 'incomplete' : 'completed') + tellHosted(undefined);
    const response = {
      ...head,
      ...ending,
      ...(ending.status === 'completed' ? { completed_at: context.created } : undefined),
      output: told(),
      usage: writeUsage(usage, context),
    };
    text += frame(`response.${ending.status}`, { response });
    return text;
  }

  /** Another answer than the first; its parts are left out. */
  function isOther(event: IrEvent): boolean {
    if ('choice' in event && event.choice !== 0) {
      book.dropped('choices', 'Responses gives one answer');
      if ('part' in event && event.type !== 'part') others.add(event.part);
      return true;
    }
    return others.size > 0 && 'part' in event && others.has(event.part);
  }

  function one(event: IrEvent): string {
    switch (event.type) {
      case 'response-start':
        book.extensions('', event.extensions, own);
        usage ??= event.usage;
        return begin(event.serviceTier);
      case 'text-start':
        return openContent(event, false);
      case 'refusal-start':
        refused = true;
        return openContent(event, true);
      case 'text-delta':
      case 'refusal-delta':
        return tell(event.text, event.logprobs);
      case 'citation':
        return cite(event);
      case 'text-end':
      case 'refusal-end':
      case 'audio-end':
        return closeContent();
      case 'reasoning-start':
        return openThought(event);
      case 'reasoning-delta':
        return think(event.text);
      case 'reasoning-end':
        return closeThought();
      case 'tool-call-start':
        return openCall(event);
      case 'tool-call-arguments-delta':
        return argue(event);
      case 'tool-call-end':
        return closeCall(event.part);
      case 'audio-start':
        book.approximated(pathOf(event.part), 'audio became its transcript');
        return openContent(event, false);
      case 'audio-delta':
        return event.transcript === '' ? '' : tell(event.transcript, undefined);
      case 'seal':
        seal(event);
        return '';
      case 'part':
        return writeWhole(event.part, event.value);
      case 'usage':
        usage = event.usage;
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

  /** All items so far; one that never ended leaves a hole. */
  const told = (): readonly JsonObject[] => output.filter((item) => item !== undefined);

  /** What was told before the stream broke, with what was being told as far as it came. */
  function unfinished(): readonly Json[] {
    closeContent();
    closeMessage('incomplete');
    closeThought();
    for (const call of calls.values()) output[call.index] = callItem(call, call.text, 'incomplete');
    return told();
  }

  return {
    write(event) {
      let text = '';
      for (const next of customTools?.event(event) ?? [event]) {
        if (isOther(next)) continue;
        if (next.type !== 'response-start') text += begin(undefined);
        text += one(next);
      }
      return text;
    },
    fail(words: ErrorWords) {
      let text = begin(undefined);
      const next = sequence;
      const broken = unfinished();
      sequence = next;
      const error = { code: words.code, message: words.message };
      const response = { ...head, status: 'failed', error, output: broken };
      text += frame('response.failed', { response });
      // Clients that only wait for one of the two are told by either.
      return `${text}event: error\ndata: ${JSON.stringify(errorEvent(words, sequence++))}\n\n`;
    },
    get losses() {
      return book.losses;
    },
  };
}

import type { EventReader, ReadOptions } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import type { Part, ToolCallPart } from '../../ir/part.ts';
import { openTracker, type ToolCallHead } from '../../ir/tracker.ts';
import { isObject, listAt, indexAt, objectAt, objectsAt, parseObject, textAt } from '../../json/fields.ts';
import type { Frame } from '../../json/sse.ts';
import type { JsonObject } from '../../protocol.ts';
import { readAnnotation, readContentPart, readLogprobs } from './content-read.ts';
import { responsesFailureIn } from './errors.ts';
import { readStatus } from './finish.ts';
import { messageExtensions, readEncrypted, readOutputItem, readToolCall, reasoningText } from './items-read.ts';
import { responseHead } from './response-read.ts';
import { withAnsweredModel } from '../../ir/served-as.ts';
import { readResponsesUsage, servedAsOfResponse, usageOfResponse } from './usage.ts';

/** How far a text of an item's has been told: one of a message's contents, a thought, or a call's arguments. */
type Told = { text: string; logprobs: boolean; citations: number; closed: boolean };
type Item = {
  readonly key: number;
  readonly id: string | undefined;
  readonly added: JsonObject;
  readonly type: string;
  readonly contents: Map<number, Told>;
  /** Which of its two texts a thought is told by. */
  thought: 'summary' | 'content' | undefined;
  /** The part of that text that was told last; a blank line comes before the next. */
  reasoningPart: number;
  text: string;
  /** A call's head, as far as it was announced. */
  head: ToolCallHead | undefined;
  done: boolean;
};

const nothing: readonly IrEvent[] = [];

/** Reads the events of a streamed response. Whatever its deltas leave out is taken from the `done` events. */
export function readResponseEvents(options: ReadOptions): EventReader {
  const { readUsage = readResponsesUsage } = options;
  const tracker = openTracker(options.requestId);
  const items = new Map<number, Item>();
  const keyOfId = new Map<string, number>();
  /** The content that is open: deltas of any other begin a part of their own. */
  let open: Told | undefined;

  function itemAt(json: JsonObject, item: JsonObject): Item {
    const id = textAt(item, 'id') ?? textAt(json, 'item_id');
    const key = indexAt(json, 'output_index') ?? (id === undefined ? undefined : keyOfId.get(id)) ?? items.size;
    const known = items.get(key);
    if (known) return known;
    const type = textAt(item, 'type') ?? typeOfEvent(textAt(json, 'type') ?? '');
    const fresh: Item = {
      key,
      id,
      added: item,
      type,
      contents: new Map(),
      thought: undefined,
      reasoningPart: 0,
      text: '',
      head: undefined,
      done: false,
    };
    items.set(key, fresh);
    if (id !== undefined) keyOfId.set(id, key);
    return fresh;
  }

  /** The content at its place in a message, open. */
  function contentAt(item: Item, index: number, refusal: boolean): Told {
    const known = item.contents.get(index);
    if (known && (known === open || known.closed)) return known;
    const told = known ?? { text: '', logprobs: false, citations: 0, closed: false };
    item.contents.set(index, told);
    if (open) open.closed = true;
    open = told;
    const head = { id: item.id, extensions: messageExtensions(item.added) };
    tracker.open(0, refusal ? 'refusal' : 'text', head);
    return told;
  }

  function say(item: Item, json: JsonObject, text: string, refusal: boolean): void {
    const told = contentAt(item, indexAt(json, 'content_index') ?? 0, refusal);
    if (told.closed) return;
    const logprobs = readLogprobs(json);
    told.text += text;
    if (logprobs) told.logprobs = true;
    if (refusal) tracker.refusal(0, text, logprobs);
    else tracker.text(0, text, logprobs);
  }

  /** Tells what is missing of a content that is known whole, and closes it when `last`. */
  function fill(item: Item, index: number, part: JsonObject, last: boolean): void {
    const refusal = textAt(part, 'type') === 'refusal' || textAt(part, 'refusal') !== undefined;
    const whole = textAt(part, refusal ? 'refusal' : 'text') ?? '';
    const told = contentAt(item, index, refusal);
    if (told.closed) return;
    const rest = restOfText(whole, told.text);
    const logprobs = told.logprobs ? undefined : readLogprobs(part);
    if (rest !== '' || logprobs) {
      told.text += rest;
      if (logprobs) told.logprobs = true;
      if (refusal) tracker.refusal(0, rest, logprobs);
      else tracker.text(0, rest, logprobs);
    }
    if (!refusal) {
      for (const annotation of objectsAt(part, 'annotations').slice(told.citations)) {
        told.citations++;
        tracker.citation(0, readAnnotation(annotation));
      }
    }
    if (last) closeContent(told);
  }

  function closeContent(told: Told): void {
    told.closed = true;
    if (open !== told) return;
    open = undefined;
    tracker.close(0);
  }

  function leaveContent(): void {
    if (open) open.closed = true;
    open = undefined;
  }

  function think(item: Item, kind: 'summary' | 'content', part: number, text: string): void {
    if (item.done) return;
    if (item.thought === undefined) {
      item.thought = kind;
      item.reasoningPart = part;
      leaveContent();
      tracker.open(0, 'reasoning', { id: item.id, summary: kind === 'summary' });
    } else if (item.thought !== kind || text === '') return;
    if (text === '') return;
    const told = part === item.reasoningPart ? text : `\n\n${text}`;
    item.reasoningPart = part;
    item.text += told;
    tracker.reasoning(0, told);
  }

  function argue(item: Item, text: string): void {
    item.text += text;
    item.head ??= headOf(readToolCall({ type: item.type, ...item.added }));
    leaveContent();
    tracker.toolCall(0, item.key, item.head, text);
  }

  function finishArguments(item: Item, whole: string | undefined): void {
    if (whole !== undefined) argue(item, restOfText(whole, item.text));
  }

  function finishItem(item: Item, json: JsonObject): void {
    if (item.done) return;
    switch (item.type) {
      case 'message':
        for (const [index, part] of listAt(json, 'content').entries()) {
          if (!isObject(part) || item.contents.get(index)?.closed) continue;
          if (isSaid(part)) fill(item, index, part, true);
          else {
            leaveContent();
            whole(readContentPart(part));
          }
        }
        break;
      case 'reasoning':
        finishReasoning(item, json);
        break;
      case 'function_call':
      case 'custom_tool_call': {
        const call = readToolCall(json);
        leaveContent();
        tracker.toolCall(0, item.key, headOf(call), restOfText(call.arguments, item.text));
        tracker.endToolCall(0, item.key);
        break;
      }
      default:
        leaveContent();
        for (const part of readOutputItem(json)) whole(part);
    }
    item.done = true;
  }

  function whole(part: Part): void {
    switch (part.type) {
      case 'image':
      case 'audio':
      case 'video':
      case 'document':
      case 'hosted-call':
      case 'hosted-result':
      case 'foreign':
        tracker.whole(0, part);
        return;
      default:
    }
  }

  function finishReasoning(item: Item, json: JsonObject): void {
    const { text, summary } = reasoningText(json);
    const carried = readEncrypted(json);
    if (carried?.callId !== undefined) return;
    if (item.thought === undefined) think(item, summary ? 'summary' : 'content', 0, text);
    else if ((item.thought === 'summary') === summary) {
      const rest = restOfText(text, item.text);
      if (rest !== '') tracker.reasoning(0, rest);
    }
    if (carried) tracker.signature(0, carried.signature);
    tracker.close(0);
  }

  function end(response: JsonObject): void {
    for (const [index, json] of objectsAt(response, 'output').entries()) {
      // Some vendors tell only the end; what was told by then is known by its place, or by its id.
      const id = textAt(json, 'id');
      const key = (id === undefined ? undefined : keyOfId.get(id)) ?? index;
      finishItem(itemAt({ output_index: key }, json), json);
    }
    for (const item of items.values()) if (!item.done) finishItem(item, item.added);
    const usage = usageOfResponse(response, readUsage);
    if (usage) tracker.usage(usage);
    // Some name the model only at the end.
    tracker.served(withAnsweredModel(servedAsOfResponse(response, usage), response['model']));
    tracker.finish(0, readStatus(response) ?? { reason: 'other' });
    tracker.end();
  }

  function readData(type: string, json: JsonObject): void {
    const at = (): Item => itemAt(json, {});
    const delta = textAt(json, 'delta') ?? '';
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        tracker.start(responseHead(objectAt(json, 'response') ?? {}, options));
        return;
      case 'response.output_item.added': {
        const item = itemAt(json, objectAt(json, 'item') ?? {});
        if (item.type === 'function_call' || item.type === 'custom_tool_call') argue(item, '');
        return;
      }
      case 'response.content_part.added': {
        const part = objectAt(json, 'part') ?? {};
        if (isSaid(part)) fill(at(), indexAt(json, 'content_index') ?? 0, part, false);
        return;
      }
      case 'response.output_text.delta':
        say(at(), json, delta, false);
        return;
      case 'response.refusal.delta':
        say(at(), json, delta, true);
        return;
      case 'response.output_text.done':
      case 'response.refusal.done':
        fill(at(), indexAt(json, 'content_index') ?? 0, json, false);
        return;
      case 'response.output_text.annotation.added': {
        const annotation = objectAt(json, 'annotation');
        if (!annotation) return;
        const told = contentAt(at(), indexAt(json, 'content_index') ?? 0, false);
        if (told.closed) return;
        told.citations++;
        tracker.citation(0, readAnnotation(annotation));
        return;
      }
      case 'response.content_part.done': {
        const part = objectAt(json, 'part') ?? {};
        if (isSaid(part)) fill(at(), indexAt(json, 'content_index') ?? 0, part, true);
        return;
      }
      case 'response.reasoning_summary_text.delta':
        think(at(), 'summary', indexAt(json, 'summary_index') ?? 0, delta);
        return;
      case 'response.reasoning_text.delta':
        think(at(), 'content', indexAt(json, 'content_index') ?? 0, delta);
        return;
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        argue(at(), delta);
        return;
      case 'response.function_call_arguments.done':
        finishArguments(at(), textAt(json, 'arguments'));
        return;
      case 'response.custom_tool_call_input.done':
        finishArguments(at(), textAt(json, 'input'));
        return;
      case 'response.output_item.done': {
        const item = objectAt(json, 'item') ?? {};
        finishItem(itemAt(json, item), item);
        return;
      }
      case 'response.completed':
      case 'response.incomplete': {
        const response = objectAt(json, 'response') ?? {};
        tracker.start(responseHead(response, options));
        end({ status: type.slice('response.'.length), ...response });
        return;
      }
      default:
    }
  }

  return {
    read(frame: Frame) {
      const json = parseObject(frame.data);
      if (!json) return nothing;
      const type = textAt(json, 'type') ?? frame.event ?? '';
      if (type === 'error' || type === 'response.failed' || frame.event === 'error')
        tracker.error(responsesFailureIn(json));
      else readData(type, json);
      return tracker.take();
    },
    end() {
      return tracker.take();
    },
  };
}

/** Content of a message that is told in deltas. */
function isSaid(part: JsonObject): boolean {
  const type = textAt(part, 'type');
  return type === 'output_text' || type === 'text' || type === 'refusal';
}

function headOf({ id, callId, name, kind, extensions }: ToolCallPart): ToolCallHead {
  return { id, callId: some(callId), name: some(name), kind, extensions };
}

const some = (text: string): string | undefined => (text === '' ? undefined : text);

/** What of a text is still to be told; nothing when what was told is no beginning of it. */
function restOfText(whole: string, told: string): string {
  if (told === '') return whole;
  // Lengths first: a text in the making is put together when it is looked at.
  return whole.length > told.length && whole.startsWith(told) ? whole.slice(told.length) : '';
}

/** What kind of item an event belongs to, for vendors that do not announce it. */
function typeOfEvent(event: string): string {
  if (event.startsWith('response.reasoning')) return 'reasoning';
  if (event.startsWith('response.function_call')) return 'function_call';
  if (event.startsWith('response.custom_tool_call')) return 'custom_tool_call';
  return 'message';
}

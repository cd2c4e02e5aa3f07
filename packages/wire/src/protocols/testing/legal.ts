import {
  flagAt,
  isList,
  isObject,
  listAt,
  numberAt,
  objectAt,
  objectsAt,
  parseObject,
  textAt,
} from '../../json/fields.ts';
import { type Frame, readFrames } from '../../json/sse.ts';
import { sameJson } from '../../json/path.ts';
import type { JsonObject, TextProtocolId } from '../../protocol.ts';
import { encodeText } from '../../text.ts';

/**
 * What the official clients rely on in a stream, per protocol: the first rule that a written stream breaks, in words;
 * undefined when it keeps them all. A stream that ended in `fail` is legal too, up to its error.
 */
export const faultIn: Readonly<
  Record<Exclude<TextProtocolId, 'bedrock-converse'>, (stream: string) => string | undefined>
> = {
  'openai-chat': (stream) => firstFault(stream, chatRules()),
  'openai-responses': (stream) => firstFault(stream, responsesRules()),
  'anthropic-messages': (stream) => firstFault(stream, anthropicRules()),
  gemini: (stream) => firstFault(stream, geminiRules()),
  'gemini-interactions': (stream) => firstFault(stream, interactionsRules()),
};

/** Looks at one frame after the other. */
type Rules = { see(json: JsonObject, frame: Frame): string | undefined; end(): string | undefined };

function firstFault(stream: string, rules: Rules): string | undefined {
  const frames = readFrames();
  const all = [...frames.push(encodeText(stream)), ...frames.end()];
  for (const [i, frame] of all.entries()) {
    const json = frame.data === '[DONE]' ? { done: true } : parseObject(frame.data);
    const fault = json ? rules.see(json, frame) : 'its data is no JSON object';
    if (fault !== undefined) return `frame ${i}: ${fault} (${frame.data.slice(0, 200)})`;
  }
  const fault = rules.end();
  return fault === undefined ? undefined : `end: ${fault}`;
}

/** https://platform.claude.com/docs/en/build-with-claude/streaming */
function anthropicRules(): Rules {
  const deltas: Readonly<Record<string, readonly string[]>> = {
    text: ['text_delta', 'citations_delta'],
    thinking: ['thinking_delta', 'signature_delta'],
    tool_use: ['input_json_delta'],
    server_tool_use: ['input_json_delta'],
    mcp_tool_use: ['input_json_delta'],
  };
  let begun = false;
  let next = 0;
  let open: string | undefined;
  let told = false;
  let over = false;

  function see(json: JsonObject, frame: Frame): string | undefined {
    const type = textAt(json, 'type');
    if (frame.event !== type) return 'event and type differ';
    if (over) return 'something behind the end';
    if (type === 'ping') return begun ? undefined : 'ping before the start';
    if (type === 'error') {
      over = true;
      return undefined;
    }
    if ((type === 'message_start') === begun) return 'message_start is not first, or twice';
    if (told && type !== 'message_stop') return 'something behind message_delta';
    switch (type) {
      case 'message_start':
        begun = true;
        return textAt(objectAt(json, 'message') ?? {}, 'id') === undefined ? 'no id' : undefined;
      case 'content_block_start': {
        if (open !== undefined) return 'a block is open';
        open = textAt(objectAt(json, 'content_block') ?? {}, 'type');
        if (open === undefined) return 'a block without a type';
        return numberAt(json, 'index') === next ? undefined : `index is not ${next}`;
      }
      case 'content_block_delta': {
        const kind = textAt(objectAt(json, 'delta') ?? {}, 'type') ?? '';
        if (open === undefined || numberAt(json, 'index') !== next) return 'a delta of no open block';
        return deltas[open]?.includes(kind) ? undefined : `${kind} in a ${open}`;
      }
      case 'content_block_stop':
        if (open === undefined || numberAt(json, 'index') !== next) return 'a stop of no open block';
        open = undefined;
        next++;
        return undefined;
      case 'message_delta': {
        if (open !== undefined) return 'a block is open at message_delta';
        told = true;
        return numberAt(objectAt(json, 'usage') ?? {}, 'output_tokens') === undefined ? 'no usage' : undefined;
      }
      case 'message_stop':
        over = true;
        return told ? undefined : 'message_stop without message_delta';
      default:
        return `unknown event ${type}`;
    }
  }

  return { see, end: () => (over || !begun ? undefined : 'no message_stop') };
}

/** https://platform.openai.com/docs/api-reference/chat-streaming */
function chatRules(): Rules {
  type Choice = { role: boolean; calls: number; finished: boolean };
  const choices = new Map<number, Choice>();
  let id: string | undefined;
  let usage = false;
  let over = false;

  function seeCall(call: JsonObject, choice: Choice): string | undefined {
    const index = numberAt(call, 'index');
    if (index === undefined || !Number.isInteger(index) || index < 0 || index > choice.calls)
      return `call index ${index} after ${choice.calls} calls`;
    const inner = objectAt(call, 'function') ?? objectAt(call, 'custom');
    const headed = textAt(call, 'id') !== undefined || (inner && textAt(inner, 'name') !== undefined);
    if (index < choice.calls) return headed ? 'a second head of a call' : undefined;
    choice.calls++;
    if (textAt(call, 'id') === undefined || !inner || textAt(inner, 'name') === undefined)
      return 'a call without a head';
    return textAt(call, 'type') === (objectAt(call, 'custom') ? 'custom' : 'function')
      ? undefined
      : 'a call without type';
  }

  function seeChoice(json: JsonObject): string | undefined {
    const index = numberAt(json, 'index');
    if (index === undefined || !Number.isInteger(index) || index < 0) return `choice index ${index}`;
    let choice = choices.get(index);
    if (!choice) choices.set(index, (choice = { role: false, calls: 0, finished: false }));
    if (choice.finished) return 'something behind the finish of its choice';
    const delta = objectAt(json, 'delta');
    if (!delta) return 'a choice without delta';
    if ((textAt(delta, 'role') !== undefined) === choice.role) return 'the role is not first, or twice';
    choice.role = true;
    for (const call of objectsAt(delta, 'tool_calls')) {
      const fault = seeCall(call, choice);
      if (fault !== undefined) return fault;
    }
    if (json['finish_reason'] === undefined) return 'no finish_reason';
    choice.finished = json['finish_reason'] !== null;
    return undefined;
  }

  function see(json: JsonObject): string | undefined {
    if (over) return 'something behind the end';
    if (flagAt(json, 'done') === true || objectAt(json, 'error')) {
      over = true;
      return undefined;
    }
    if (usage) return 'something behind the usage';
    if (textAt(json, 'object') !== 'chat.completion.chunk') return 'no chunk';
    id ??= textAt(json, 'id');
    if (id === undefined || id !== textAt(json, 'id')) return 'another id';
    if (!isList(json['choices'])) return 'no choices';
    if (objectAt(json, 'usage')) usage = true;
    for (const choice of objectsAt(json, 'choices')) {
      const fault = seeChoice(choice);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  function end(): string | undefined {
    if (!over) return choices.size === 0 ? undefined : 'no [DONE]';
    return undefined;
  }

  return { see, end };
}

/** Google's clients take each frame for a whole answer and join what they hold. */
function geminiRules(): Rules {
  const finished = new Map<number, boolean>();
  let over = false;

  function seePart(part: unknown): string | undefined {
    if (!isObject(part) || Object.keys(part).length === 0) return 'an empty part';
    const call = objectAt(part, 'functionCall');
    if (!call) return undefined;
    if (textAt(call, 'name') === undefined) return 'a call without a name';
    return objectAt(call, 'args') ? undefined : 'a call whose args are no object';
  }

  function see(json: JsonObject): string | undefined {
    if (over) return 'something behind the end';
    if (objectAt(json, 'error')) {
      over = true;
      return undefined;
    }
    if (!isList(json['candidates'])) return 'no candidates';
    if (textAt(json, 'responseId') === undefined || textAt(json, 'modelVersion') === undefined) return 'no head';
    for (const candidate of objectsAt(json, 'candidates')) {
      const index = numberAt(candidate, 'index');
      if (index === undefined || !Number.isInteger(index) || index < 0) return `candidate index ${index}`;
      if (finished.get(index)) return 'something behind the finish of its candidate';
      const parts = listAt(objectAt(candidate, 'content') ?? {}, 'parts');
      if (parts.length === 0) return 'a candidate without parts';
      for (const part of parts) {
        const fault = seePart(part);
        if (fault !== undefined) return fault;
      }
      finished.set(index, textAt(candidate, 'finishReason') !== undefined);
    }
    return undefined;
  }

  return { see, end: () => undefined };
}

type Item = {
  readonly json: JsonObject;
  readonly contents: JsonObject[];
  /** The text of the content, the thought or the arguments that are open. */
  text: string | undefined;
  told: string | undefined;
  annotations: number;
  done: JsonObject | undefined;
};

/** https://platform.openai.com/docs/api-reference/responses-streaming */
function responsesRules(): Rules {
  const items: Item[] = [];
  let sequence = 0;
  let begun = 0;
  let over: 'no' | 'failed' | 'yes' = 'no';

  function added(json: JsonObject): string | undefined {
    const item = objectAt(json, 'item');
    if (!item || textAt(item, 'id') === undefined) return 'an item without an id';
    if (items.some((other) => textAt(other.json, 'id') === textAt(item, 'id'))) return 'an id twice';
    if (numberAt(json, 'output_index') !== items.length) return `output_index is not ${items.length}`;
    items.push({ json: item, contents: [], text: undefined, told: undefined, annotations: 0, done: undefined });
    return undefined;
  }

  function done(item: Item, json: JsonObject): string | undefined {
    const whole = objectAt(json, 'item') ?? {};
    if (item.text !== undefined) return 'a content is open at the end of its item';
    if (textAt(whole, 'id') !== textAt(item.json, 'id')) return 'an item is done under another id';
    item.done = whole;
    const type = textAt(whole, 'type');
    if (type !== textAt(item.json, 'type')) return 'an item is done as another type';
    if (type === 'message' && !sameJson(whole['content'], item.contents)) return 'not the contents that were told';
    if (type === 'function_call' && textAt(whole, 'arguments') !== item.told) return 'not the arguments that were told';
    if (type === 'custom_tool_call' && textAt(whole, 'input') !== item.told) return 'not the input that was told';
    if (type === 'reasoning' && !sameJson(whole['summary'], item.contents)) return 'not the reasoning that was told';
    return undefined;
  }

  function seeInner(type: string, item: Item, json: JsonObject): string | undefined {
    const [, , word = '', step = ''] = /^response\.((\w+)\.)(\w+)$/.exec(type) ?? [];
    switch (`${word}.${step}`) {
      case 'content_part.added':
      case 'reasoning_summary_part.added': {
        if (item.text !== undefined) return 'a content is open';
        item.text = '';
        item.annotations = 0;
        const index = numberAt(json, word === 'content_part' ? 'content_index' : 'summary_index');
        return index === item.contents.length ? undefined : `content index is not ${item.contents.length}`;
      }
      case 'output_text.delta':
      case 'refusal.delta':
      case 'reasoning_summary_text.delta':
        if (item.text === undefined) return 'a delta of no open content';
        item.text += textAt(json, 'delta') ?? '';
        return undefined;
      case 'output_text.done':
      case 'reasoning_summary_text.done':
        return textAt(json, 'text') === item.text ? undefined : 'done with another text';
      case 'refusal.done':
        return textAt(json, 'refusal') === item.text ? undefined : 'done with another text';
      case 'content_part.done':
      case 'reasoning_summary_part.done': {
        const part = objectAt(json, 'part') ?? {};
        const text = textAt(part, 'type') === 'refusal' ? textAt(part, 'refusal') : textAt(part, 'text');
        if (item.text === undefined || text !== item.text) return 'a part done with another text';
        if (word === 'content_part' && textAt(part, 'type') !== 'refusal')
          if (listAt(part, 'annotations').length !== item.annotations) return 'not the annotations that were told';
        item.text = undefined;
        item.contents.push(part);
        return undefined;
      }
      case 'function_call_arguments.delta':
      case 'custom_tool_call_input.delta':
        if (item.told !== undefined) return 'arguments behind their end';
        item.text = (item.text ?? '') + (textAt(json, 'delta') ?? '');
        return undefined;
      case 'function_call_arguments.done':
      case 'custom_tool_call_input.done': {
        const whole = textAt(json, word === 'function_call_arguments' ? 'arguments' : 'input');
        if (whole !== (item.text ?? '')) return 'arguments done with another text';
        item.told = whole;
        item.text = undefined;
        return undefined;
      }
      default:
        return undefined;
    }
  }

  function terminal(type: string, json: JsonObject): string | undefined {
    over = type === 'response.failed' ? 'failed' : 'yes';
    const response = objectAt(json, 'response') ?? {};
    if (textAt(response, 'status') !== type.slice('response.'.length)) return 'another status';
    if (over === 'failed') return undefined;
    if (items.some((item) => !item.done)) return 'an item is not done at the end';
    const output = items.map((item) => item.done ?? {});
    return sameJson(response['output'], output) ? undefined : 'output is not the items that were done';
  }

  function see(json: JsonObject, frame: Frame): string | undefined {
    const type = textAt(json, 'type') ?? '';
    if (frame.event !== type) return 'event and type differ';
    if (numberAt(json, 'sequence_number') !== sequence++) return `sequence_number is not ${sequence - 1}`;
    if (over === 'yes' || (over === 'failed' && type !== 'error')) return 'something behind the end';
    if (begun < 2) {
      const first = begun++ === 0 ? 'response.created' : 'response.in_progress';
      return type === first ? undefined : `${first} is missing`;
    }
    switch (type) {
      case 'error':
        over = 'yes';
        return undefined;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return terminal(type, json);
      case 'response.output_item.added':
        return added(json);
      default: {
        const item = items[numberAt(json, 'output_index') ?? -1];
        if (!item || item.done) return 'an event of no open item';
        const inner = textAt(json, 'item_id');
        if (type === 'response.output_item.done') return done(item, json);
        if (inner !== textAt(item.json, 'id')) return 'another item_id';
        if (type === 'response.output_text.annotation.added')
          return numberAt(json, 'annotation_index') === item.annotations++ ? undefined : 'annotations out of order';
        return seeInner(type, item, json);
      }
    }
  }

  return { see, end: () => (begun === 0 || over !== 'no' ? undefined : 'no terminal event') };
}

/** https://ai.google.dev/gemini-api/docs/streaming */
function interactionsRules(): Rules {
  const deltas: Readonly<Record<string, readonly string[]>> = {
    model_output: ['text', 'text_annotation_delta', 'image', 'audio', 'video', 'document'],
    thought: ['thought_summary', 'thought_signature'],
    function_call: ['arguments_delta', 'thought_signature'],
  };
  let begun = false;
  let next = 0;
  let open: string | undefined;
  let completed = false;
  let over = false;

  function see(json: JsonObject, frame: Frame): string | undefined {
    if (over) return 'something behind the end';
    if (json['done'] === true) {
      over = true;
      return completed ? undefined : '[DONE] without interaction.completed';
    }
    const type = textAt(json, 'event_type');
    if (frame.event !== type) return 'event and event_type differ';
    if (type === 'error') {
      over = true;
      return textAt(objectAt(json, 'error') ?? {}, 'message') === undefined ? 'an error without words' : undefined;
    }
    if ((type === 'interaction.created') === begun) return 'interaction.created is not first, or twice';
    if (completed) return 'something behind interaction.completed';
    switch (type) {
      case 'interaction.created':
        begun = true;
        return textAt(objectAt(json, 'interaction') ?? {}, 'id') === undefined ? 'no id' : undefined;
      case 'interaction.status_update':
        return textAt(json, 'status') === undefined ? 'no status' : undefined;
      case 'step.start':
        if (open !== undefined) return 'a step is open';
        open = textAt(objectAt(json, 'step') ?? {}, 'type');
        if (open === undefined) return 'a step without a type';
        return numberAt(json, 'index') === next ? undefined : `index is not ${next}`;
      case 'step.delta': {
        const kind = textAt(objectAt(json, 'delta') ?? {}, 'type') ?? '';
        if (open === undefined || numberAt(json, 'index') !== next) return 'a delta of no open step';
        return deltas[open]?.includes(kind) ? undefined : `${kind} in a ${open}`;
      }
      case 'step.stop':
        if (open === undefined || numberAt(json, 'index') !== next) return 'a stop of no open step';
        open = undefined;
        next++;
        return undefined;
      case 'interaction.completed':
        if (open !== undefined) return 'a step is open at the end';
        completed = true;
        return textAt(objectAt(json, 'interaction') ?? {}, 'status') === undefined ? 'no status' : undefined;
      default:
        return `unknown event ${type}`;
    }
  }

  return { see, end: () => (over || !begun ? undefined : 'no [DONE]') };
}

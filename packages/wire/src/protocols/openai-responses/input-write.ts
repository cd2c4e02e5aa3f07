import type { Part, ReasoningPart, TextPart, RefusalPart, ToolCallPart, ToolResultPart } from '../../ir/part.ts';
import type { IrMessage, IrRequest } from '../../ir/request.ts';
import { compact, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { writeInputPart, writeOutputContent, type Writing } from './content-write.ts';
import { isMadeHere } from './item-ids.ts';

const own = 'openai-responses';

/** `instructions`, and the items of `input`. */
export type WrittenInput = { readonly instructions: string | undefined; readonly input: readonly JsonObject[] };

/** A conversation as items. The client's first instructions go where OpenAI has a place of its own for them. */
export function writeInput(request: IrRequest, writing: Writing): WrittenInput {
  const [first] = request.messages;
  // Instructions alone are no request; something must be `input`.
  const instructions = first && request.messages.length > 1 ? plainInstructions(first, writing) : undefined;
  const input: JsonObject[] = [];
  for (const [i, message] of request.messages.entries()) {
    if (i === 0 && instructions !== undefined) continue;
    const path = `messages[${i}]`;
    writing.lossTracker.extensions(path, message.extensions, own);
    if (message.name !== undefined)
      writing.lossTracker.dropped(`${path}.name`, 'Responses knows no names of participants');
    if (message.role === 'assistant') writeAssistant(message, path, request.by === own, writing, input);
    else writeMessage(message, path, request.by === own, writing, input);
  }
  return { instructions, input };
}

/** Text of a first system message that has nothing but text; undefined for any other. */
export function plainInstructions(message: IrMessage, { traits }: Pick<Writing, 'traits'>): string | undefined {
  if (message.role !== 'system' || message.id !== undefined || message.extensions || message.name !== undefined)
    return undefined;
  const texts: string[] = [];
  for (const part of message.parts) {
    if (part.type !== 'text' || (part.cache && traits.breakpoints)) return undefined;
    texts.push(part.text);
  }
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

/** A message of anybody but the model, and the outputs of tools that stand in it, in their order. */
function writeMessage(message: IrMessage, path: string, mine: boolean, writing: Writing, input: JsonObject[]): void {
  let content: JsonObject[] = [];
  const extra = message.extensions?.by === own ? message.extensions.fields : undefined;
  const flush = (): void => {
    if (content.length > 0)
      input.push(
        compact({ type: 'message', id: mine ? message.id : undefined, role: message.role, content, ...extra }),
      );
    content = [];
  };
  for (const [i, part] of message.parts.entries()) {
    const partPath = `${path}.parts[${i}]`;
    const item = writeResultItem(part, partPath, mine, writing);
    if (item !== undefined) {
      flush();
      if (item) input.push(item);
      continue;
    }
    const written = writeInputPart(part, partPath, writing);
    if (!written) continue;
    if (isItem(written)) {
      flush();
      input.push(written);
    } else content.push(written);
  }
  flush();
}

/** Something foreign that is an item of its own, and no content. */
function isItem(written: JsonObject): boolean {
  return !(textAt(written, 'type') ?? '').startsWith('input_');
}

/** A tool's result as an item; null when it is lost, undefined when the part is none. */
function writeResultItem(part: Part, path: string, mine: boolean, writing: Writing): JsonObject | null | undefined {
  if (part.type === 'tool-result') return writeResult(part, path, mine, writing);
  if (part.type === 'hosted-call' || part.type === 'hosted-result') return writeHostedItem(part, path, writing);
  return undefined;
}

function writeResult(part: ToolResultPart, path: string, mine: boolean, writing: Writing): JsonObject {
  const { lossTracker } = writing;
  lossTracker.extensions(path, part.extensions, own);
  if (part.cache) lossTracker.dropped(`${path}.cache`, "a tool's output is no place for a cache breakpoint");
  const content: JsonObject[] = [];
  if (part.error === true) {
    const begin = part.content[0];
    const told = begin?.type === 'text' && /^error/i.test(begin.text);
    if (!told) content.push({ type: 'input_text', text: 'Error:' });
    lossTracker.approximated(`${path}.error`, 'told in the text');
  }
  for (const [i, inner] of part.content.entries()) {
    const written = writeInputPart(inner, `${path}.content[${i}]`, writing);
    if (written) content.push(written);
  }
  const texts = content.map((entry) => (Object.keys(entry).length === 2 ? textAt(entry, 'text') : undefined));
  const plain = texts.every((text) => text !== undefined);
  const output: Json = plain && (texts.length < 2 || part.error === true) ? texts.join(' ') : content;
  return compact({
    type: part.kind === 'custom' ? 'custom_tool_call_output' : 'function_call_output',
    id: mine ? part.id : undefined,
    call_id: part.callId,
    output,
    ...(part.extensions?.by === own ? part.extensions.fields : undefined),
  });
}

/** An answer of the past, as the items it was. */
function writeAssistant(message: IrMessage, path: string, mine: boolean, writing: Writing, input: JsonObject[]): void {
  const { lossTracker } = writing;
  let open: { readonly id: string | undefined; readonly content: JsonObject[] } | undefined;
  for (const [i, part] of message.parts.entries()) {
    const partPath = `${path}.parts[${i}]`;
    if (part.type !== 'text' && part.type !== 'refusal') {
      open = undefined;
      const item = writeAnswerItem(part, partPath, mine, writing);
      if (item) input.push(item);
      continue;
    }
    if (part.signature) lossTracker.dropped(`${partPath}.signature`, 'OpenAI signs only reasoning');
    if (part.cache) lossTracker.dropped(`${partPath}.cache`, "the model's own text is no place for a cache breakpoint");
    lossTracker.extensions(partPath, part.extensions, own);
    if (!open || open.id !== part.id) {
      open = { id: part.id, content: [] };
      input.push(
        compact({
          type: 'message',
          id: mine ? part.id : undefined,
          role: 'assistant',
          content: open.content,
          ...(part.extensions?.by === own ? part.extensions.fields : undefined),
        }),
      );
    }
    open.content.push(writePastContent(part, partPath, writing));
  }
}

function writePastContent(part: TextPart | RefusalPart, path: string, { lossTracker }: Writing): JsonObject {
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text };
  const { annotations } = writeOutputContent(part, path, lossTracker);
  return { type: 'output_text', text: part.text, annotations: annotations ?? [] };
}

function writeAnswerItem(part: Part, path: string, mine: boolean, writing: Writing): JsonObject | undefined {
  const { lossTracker } = writing;
  switch (part.type) {
    case 'reasoning':
      return writeReasoning(part, path, mine, writing);
    case 'tool-call':
      lossTracker.extensions(path, part.extensions, own);
      if (part.signature) lossTracker.dropped(`${path}.signature`, `the signature is ${part.signature.by}'s`);
      if (part.cache) lossTracker.dropped(`${path}.cache`, 'a call is no place for a cache breakpoint');
      return writeCallItem(part, mine ? part.id : undefined);
    case 'hosted-call':
    case 'hosted-result':
      return writeHostedItem(part, path, writing) ?? undefined;
    case 'foreign':
      if (part.foreign.by === own) return part.foreign.value as JsonObject;
      lossTracker.dropped(path, `only ${part.foreign.by} has it`);
      return undefined;
    case 'image':
      if (mine && part.source.kind === 'base64') {
        const fields = part.extensions?.by === own ? part.extensions.fields : {};
        const { data: result, mediaType } = part.source;
        const output_format = mediaType.replace('image/', '');
        return compact({
          type: 'image_generation_call',
          id: part.id,
          status: 'completed',
          output_format,
          result,
          ...fields,
        });
      }
      break;
    case 'audio':
      if (part.transcript === undefined || part.transcript === '') break;
      lossTracker.approximated(path, 'audio became its transcript');
      return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: part.transcript }] };
    default:
  }
  lossTracker.dropped(path, `an answer of OpenAI's holds no ${part.type}`);
  return undefined;
}

/** A call of the client's tool, as an item. */
export function writeCallItem(part: ToolCallPart, id: string | undefined): JsonObject {
  const extra = part.extensions?.by === own ? part.extensions.fields : undefined;
  const { callId: call_id, name } = part;
  if (part.kind === 'custom')
    return compact({ type: 'custom_tool_call', id, call_id, name, input: part.arguments, ...extra });
  const text = part.arguments === '' ? '{}' : part.arguments;
  return compact({ type: 'function_call', id, call_id, name, arguments: text, ...extra });
}

/**
 * Reasoning goes back only with OpenAI's own signature: it refuses any other. Without a signature, only its own clients can mean
 * a thought that it knows by its id.
 */
function writeReasoning(
  part: ReasoningPart,
  path: string,
  mine: boolean,
  { lossTracker }: Writing,
): JsonObject | undefined {
  if (part.signature ? part.signature.by !== own : !mine || isMadeHere(part.id)) {
    lossTracker.dropped(
      path,
      part.signature ? `the signature is ${part.signature.by}'s` : 'OpenAI takes back only its own reasoning',
    );
    return undefined;
  }
  const texts = part.text === '' ? [] : [part.text];
  return compact({
    type: 'reasoning',
    id: mine ? part.id : undefined,
    summary: part.summary === false ? [] : texts.map((text) => ({ type: 'summary_text', text })),
    content:
      part.summary === false && texts.length > 0 ? texts.map((text) => ({ type: 'reasoning_text', text })) : undefined,
    encrypted_content: part.signature?.value,
  });
}

/** A hosted tool's call or result; null when it is told by the call, or lost. */
function writeHostedItem(
  part: Extract<Part, { type: 'hosted-call' | 'hosted-result' }>,
  path: string,
  { lossTracker }: Writing,
): JsonObject | null {
  if (part.raw.by === own) return part.raw.value as JsonObject | null;
  if (part.type === 'hosted-call') {
    lossTracker.dropped(path, `a call of ${part.raw.by}'s own tool`);
    return null;
  }
  const text = part.content.map((inner) => (inner.type === 'text' ? inner.text : '')).join('\n');
  if (text.trim() === '') {
    lossTracker.dropped(path, `the result of ${part.raw.by}'s own tool`);
    return null;
  }
  lossTracker.approximated(path, `the result of ${part.raw.by}'s own tool became text`);
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
}

import type { Extensions, HostedTool, Part, ReasoningPart, ToolCallPart } from '../../ir/part.ts';
import { at, isList, isObject, objectAt, objectsAt, textAt, textsAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { extensionsOf, readContent, readContentPart } from './content-read.ts';
import { readCarriedSignature } from './signatures.ts';

const by = 'openai-responses';

const known = (...keys: readonly string[]): ReadonlySet<string> =>
  new Set(['type', 'id', 'status', 'created_by', ...keys]);

const keys = {
  message: known('role', 'content'),
  call: known('call_id', 'name', 'arguments', 'input'),
  image: known('result', 'output_format'),
} as const;

/** Which tool the type of an item or of a tool means. */
export function hostedToolOf(type: string): HostedTool {
  if (type.startsWith('web_search')) return 'web-search';
  if (type.startsWith('file_search')) return 'file-search';
  if (type.startsWith('code_interpreter')) return 'code-execution';
  if (type.startsWith('computer')) return 'computer-use';
  if (type.startsWith('image_generation')) return 'image-generation';
  if (type.startsWith('mcp')) return 'mcp';
  if (type.startsWith('local_shell') || type.startsWith('shell')) return 'shell';
  if (type.startsWith('apply_patch')) return 'text-editor';
  if (type.startsWith('tool_search')) return 'tool-search';
  return 'other';
}

/**
 * The parts that an item of the model's is: texts and refusals of a message, a tool call, a thought, a hosted tool's
 * call with its result. What it has no name for stays whole as `foreign`.
 */
export function readOutputItem(item: JsonObject): readonly Part[] {
  const id = textAt(item, 'id');
  switch (textAt(item, 'type')) {
    case 'message':
      return readMessageParts(item);
    case 'reasoning':
      return readEncrypted(item)?.callId === undefined ? [readReasoning(item)] : [];
    case 'function_call':
    case 'custom_tool_call':
      return [readToolCall(item)];
    case 'image_generation_call': {
      const data = textAt(item, 'result');
      if (data === undefined) break;
      const mediaType = `image/${textAt(item, 'output_format') ?? 'png'}`;
      const extensions = extensionsOf(item, keys.image);
      return [{ type: 'image', id, source: { kind: 'base64', mediaType, data }, extensions }];
    }
    default:
  }
  return readHosted(item) ?? [{ type: 'foreign', foreign: { by, value: item }, id }];
}

/** What a message item tells beside its content (`phase`). */
export function messageExtensions(item: JsonObject): Extensions | undefined {
  return extensionsOf(item, keys.message);
}

function readMessageParts(item: JsonObject): readonly Part[] {
  const id = textAt(item, 'id');
  const extensions = messageExtensions(item);
  return readContent(at(item, 'content')).map((part) => ({ ...part, id, extensions: extensions ?? part.extensions }));
}

/** Reads a call of the client's tool. */
export function readToolCall(item: JsonObject): ToolCallPart {
  const kind = textAt(item, 'type') === 'custom_tool_call' ? 'custom' : 'function';
  const id = textAt(item, 'id');
  return {
    type: 'tool-call',
    id,
    callId: textAt(item, 'call_id') ?? id ?? '',
    name: textAt(item, 'name') ?? '',
    kind,
    arguments: textOfArguments(at(item, kind === 'custom' ? 'input' : 'arguments')),
    extensions: extensionsOf(item, keys.call),
  };
}

/** Some vendors give the object where its text is due. */
function textOfArguments(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** The text of `summary`, or of `content`, where vendors that show reasoning whole have it; a blank line between two. */
export function reasoningText(item: JsonObject): { readonly text: string; readonly summary: boolean } {
  const joined = (key: string): string =>
    objectsAt(item, key)
      .map((part) => textAt(part, 'text') ?? '')
      .filter((text) => text !== '')
      .join('\n\n');
  const text = joined('summary');
  if (text !== '') return { text, summary: true };
  const content = joined('content');
  return { text: content, summary: content === '' };
}

function readReasoning(item: JsonObject): ReasoningPart {
  const { text, summary } = reasoningText(item);
  const carried = readEncrypted(item);
  return {
    type: 'reasoning',
    id: textAt(item, 'id'),
    text,
    summary,
    redacted: carried?.redacted,
    signature: carried?.signature,
  };
}

/** What `encrypted_content` carries. */
export function readEncrypted(item: JsonObject): ReturnType<typeof readCarriedSignature> | undefined {
  const encrypted = textAt(item, 'encrypted_content');
  return encrypted === undefined || encrypted === '' ? undefined : readCarriedSignature(encrypted);
}

/** Tools that the client itself runs, and answers with an item of its own. */
export const outputTypes: ReadonlySet<string> = new Set([
  'computer_call_output',
  'local_shell_call_output',
  'shell_call_output',
  'apply_patch_call_output',
]);

function readHosted(item: JsonObject): readonly Part[] | undefined {
  const type = textAt(item, 'type') ?? '';
  if (outputTypes.has(type)) return [readHostedOutput(item, type)];
  if (!type.endsWith('_call') || hostedToolOf(type) === 'other') return undefined;
  const tool = hostedToolOf(type);
  const id = textAt(item, 'id');
  const callId = textAt(item, 'call_id') ?? id ?? '';
  const name = textAt(item, 'name') ?? type.slice(0, -'_call'.length);
  const call: Part = {
    type: 'hosted-call',
    id,
    tool,
    callId,
    name,
    arguments: hostedArguments(item),
    raw: { by, value: item },
  };
  const { content, sources, error } = hostedResult(item);
  if (content.length === 0 && sources === undefined && error === undefined) return [call];
  // One item is both call and result; the call holds it, so that it is written once.
  return [call, { type: 'hosted-result', tool, callId, content, sources, error, raw: { by, value: null } }];
}

function hostedArguments(item: JsonObject): string {
  const code = textAt(item, 'code');
  if (code !== undefined) return code;
  const told = at(item, 'arguments') ?? at(item, 'action') ?? at(item, 'actions') ?? at(item, 'operation');
  if (told !== undefined && told !== null) return textOfArguments(told);
  const queries = textsAt(item, 'queries');
  return queries.length > 0 ? JSON.stringify({ queries }) : '';
}

type Told = {
  readonly content: readonly Part[];
  readonly sources?: readonly { readonly url: string; readonly title?: string | undefined }[] | undefined;
  readonly error?: string | undefined;
};

function hostedResult(item: JsonObject): Told {
  const action = objectAt(item, 'action') ?? {};
  const pages = objectsAt(action, 'sources').map((source) => ({
    url: textAt(source, 'url') ?? '',
    title: textAt(source, 'title'),
  }));
  const content: Part[] = [];
  const output = textAt(item, 'output');
  if (output !== undefined) content.push({ type: 'text', text: output });
  for (const entry of objectsAt(item, 'outputs')) {
    const logs = textAt(entry, 'logs');
    const url = textAt(entry, 'url');
    if (logs !== undefined) content.push({ type: 'text', text: logs });
    else if (url !== undefined) content.push(readContentPart({ type: 'input_image', image_url: url }));
  }
  for (const result of objectsAt(item, 'results')) {
    const text = textAt(result, 'text');
    if (text !== undefined) content.push({ type: 'text', text: `${textAt(result, 'filename') ?? ''}\n${text}`.trim() });
  }
  return { content, sources: pages.length > 0 ? pages : undefined, error: errorOf(at(item, 'error')) };
}

function errorOf(error: Json | undefined): string | undefined {
  if (typeof error === 'string') return error;
  if (!isObject(error)) return undefined;
  return textAt(error, 'message') ?? JSON.stringify(error);
}

/** The client's answer to a computer, shell or patch call. */
function readHostedOutput(item: JsonObject, type: string): Part {
  const output = at(item, 'output');
  const content: Part[] = [];
  if (typeof output === 'string') content.push({ type: 'text', text: output });
  else if (isObject(output) && textAt(output, 'type') === 'computer_screenshot')
    content.push(readContentPart({ ...output, type: 'input_image' }));
  else if (isList(output)) {
    for (const entry of output.filter(isObject)) {
      const text = `${textAt(entry, 'stdout') ?? ''}${textAt(entry, 'stderr') ?? ''}`;
      if (text !== '') content.push({ type: 'text', text });
    }
  }
  return {
    type: 'hosted-result',
    id: textAt(item, 'id'),
    tool: hostedToolOf(type),
    callId: textAt(item, 'call_id') ?? textAt(item, 'id') ?? '',
    content,
    raw: { by, value: item },
  };
}

import type { HostedTool, Part } from '../../ir/part.ts';
import { at, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { readCitation } from './citations.ts';

const by = 'bedrock-converse';

/** Reads one content block of an answer. What it has no name for stays whole as `foreign`. */
export function readBlock(json: JsonObject): Part {
  const text = textAt(json, 'text');
  if (text !== undefined) return { type: 'text', text };
  const reasoning = objectAt(json, 'reasoningContent');
  if (reasoning) return readReasoning(reasoning);
  const toolUse = objectAt(json, 'toolUse');
  if (toolUse) return readToolUse(toolUse, JSON.stringify(at(toolUse, 'input') ?? {}));
  const cited = objectAt(json, 'citationsContent');
  if (cited) {
    const citations = objectsAt(cited, 'citations').map(readCitation);
    return {
      type: 'text',
      text: objectsAt(cited, 'content')
        .map((content) => textAt(content, 'text') ?? '')
        .join(''),
      citations: citations.length > 0 ? citations : undefined,
    };
  }
  const toolResult = objectAt(json, 'toolResult');
  if (toolResult) return readToolResult(toolResult);
  const image = objectAt(json, 'image');
  return (image && readImage(image)) ?? { type: 'foreign', foreign: { by, value: json } };
}

function readReasoning(json: JsonObject): Part {
  const redacted = textAt(json, 'redactedContent');
  if (redacted !== undefined)
    return { type: 'reasoning', text: '', redacted: true, signature: { by, value: redacted } };
  const told = objectAt(json, 'reasoningText') ?? {};
  const signature = textAt(told, 'signature') ?? '';
  return {
    type: 'reasoning',
    text: textAt(told, 'text') ?? '',
    signature: signature === '' ? undefined : { by, value: signature },
  };
}

/** Which tool a name of Amazon's means. */
function hostedToolOf(name: string): HostedTool {
  if (name === 'nova_grounding') return 'web-search';
  return name === 'nova_code_interpreter' ? 'code-execution' : 'other';
}

/** Whether a `toolUse` is of a tool that the provider runs itself. */
export function isHosted(toolUse: JsonObject): boolean {
  return textAt(toolUse, 'type') === 'server_tool_use';
}

/** A call of the client's tool, or of the provider's own. */
export function readToolUse(json: JsonObject, input: string): Part {
  const callId = textAt(json, 'toolUseId') ?? '';
  const name = textAt(json, 'name') ?? '';
  if (!isHosted(json)) return { type: 'tool-call', callId, name, kind: 'function', arguments: input };
  const raw = { by, value: { toolUse: json } } as const;
  return { type: 'hosted-call', tool: hostedToolOf(name), callId, name, arguments: input, raw };
}

/** What a tool of the provider's own gave. */
export function readToolResult(json: JsonObject): Part {
  const texts = objectsAt(json, 'content').flatMap((content) => {
    const told = at(content, 'json');
    return textAt(content, 'text') ?? (told === undefined ? [] : JSON.stringify(told));
  });
  return {
    type: 'hosted-result',
    tool: hostedToolOf((textAt(json, 'type') ?? '').replace(/_result$/, '')),
    callId: textAt(json, 'toolUseId') ?? '',
    content: texts.map((text) => ({ type: 'text', text })),
    error: textAt(json, 'status') === 'error' ? 'error' : undefined,
    raw: { by, value: { toolResult: json } },
  };
}

/** An image of an answer; undefined when it has no bytes. */
export function readImage(json: JsonObject): Part | undefined {
  const source = objectAt(json, 'source');
  const data = source && textAt(source, 'bytes');
  if (data === undefined) return undefined;
  return {
    type: 'image',
    source: { kind: 'base64', mediaType: `image/${textAt(json, 'format') ?? 'png'}`, data },
  };
}

import type { EventReader, ReadOptions } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import { decodeBase64, encodeBase64 } from '../../ir/media.ts';
import { openTracker } from '../../ir/tracker.ts';
import { listAt, numberAt, objectAt, parseObject, textAt } from '../../json/fields.ts';
import type { Frame } from '../../json/sse.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { concatBytes } from '../../text.ts';
import { isHosted, readImage, readToolResult, readToolUse } from './blocks-read.ts';
import { readCitation } from './citations.ts';
import { converseFailureIn } from './errors.ts';
import { readStop } from './finish.ts';
import { readConverseServedAs, readConverseUsage } from './usage.ts';

const by = 'bedrock-converse';

/**
 * A block that is open. Texts and reasoning have no start of their own; calls of the provider's own tools, their results
 * and images are told once they are whole.
 */
type Block =
  | { readonly kind: 'text' | 'reasoning' }
  | { readonly kind: 'call'; empty: boolean }
  | { readonly kind: 'hosted'; readonly start: JsonObject; input: string }
  | { readonly kind: 'result'; readonly start: JsonObject; readonly content: Json[] }
  | { readonly kind: 'image'; readonly start: JsonObject; readonly pieces: Uint8Array[] };

const nothing: readonly IrEvent[] = [];

/**
 * Reads the events of ConverseStream. `metadata`, with the usage, comes last, behind `messageStop`; its trace, metrics and
 * tier come too late for any client's stream.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export function readConverseEvents(options: ReadOptions): EventReader {
  const { readUsage = readConverseUsage } = options;
  const tracker = openTracker(options.requestId);
  const blocks = new Map<number, Block>();

  /** The text or thought at this index, begun when it is not open. */
  function continued(index: number, kind: 'text' | 'reasoning', redacted?: boolean): void {
    if (blocks.get(index)?.kind === kind && !redacted) return;
    stopBlock(index);
    blocks.set(index, { kind });
    tracker.open(0, kind, redacted ? { redacted } : {});
  }

  function startBlock(index: number, start: JsonObject): void {
    stopBlock(index);
    const toolUse = objectAt(start, 'toolUse');
    const result = objectAt(start, 'toolResult');
    const image = objectAt(start, 'image');
    if (toolUse && isHosted(toolUse)) blocks.set(index, { kind: 'hosted', start: toolUse, input: '' });
    else if (toolUse) {
      blocks.set(index, { kind: 'call', empty: true });
      tracker.toolCall(0, index, { callId: textAt(toolUse, 'toolUseId'), name: textAt(toolUse, 'name') }, '');
    } else if (result) blocks.set(index, { kind: 'result', start: result, content: [] });
    else if (image) blocks.set(index, { kind: 'image', start: image, pieces: [] });
  }

  function delta(index: number, json: JsonObject): void {
    const block = blocks.get(index);
    const text = textAt(json, 'text');
    if (text !== undefined) {
      continued(index, 'text');
      tracker.text(0, text);
    }
    const citation = objectAt(json, 'citation');
    if (citation) {
      continued(index, 'text');
      tracker.citation(0, readCitation(citation));
    }
    const reasoning = objectAt(json, 'reasoningContent');
    if (reasoning) think(index, reasoning);
    const toolUse = objectAt(json, 'toolUse');
    if (toolUse) addInput(index, block, textAt(toolUse, 'input') ?? '');
    if (block?.kind === 'result') block.content.push(...listAt(json, 'toolResult'));
    const image = objectAt(json, 'image');
    const bytes = image && textAt(objectAt(image, 'source') ?? {}, 'bytes');
    // Each piece is base64 of its own.
    if (block?.kind === 'image' && bytes !== undefined) block.pieces.push(decodeBase64(bytes));
  }

  function think(index: number, json: JsonObject): void {
    const redacted = textAt(json, 'redactedContent');
    if (redacted !== undefined) {
      continued(index, 'reasoning', true);
      tracker.signature(0, { by, value: redacted });
      return;
    }
    continued(index, 'reasoning');
    const text = textAt(json, 'text');
    if (text !== undefined) tracker.reasoning(0, text);
    const signature = textAt(json, 'signature') ?? '';
    if (signature !== '') tracker.signature(0, { by, value: signature });
  }

  function addInput(index: number, block: Block | undefined, input: string): void {
    if (block?.kind === 'hosted') block.input += input;
    else if (block?.kind === 'call') {
      if (input !== '') block.empty = false;
      tracker.toolCall(0, index, {}, input);
    }
  }

  function stopBlock(index: number): void {
    const block = blocks.get(index);
    if (!block) return;
    blocks.delete(index);
    switch (block.kind) {
      case 'text':
      case 'reasoning':
        tracker.close(0);
        return;
      case 'call':
        if (block.empty) tracker.toolCall(0, index, {}, '{}');
        tracker.endToolCall(0, index);
        return;
      case 'hosted': {
        const part = readToolUse({ ...block.start, input: parseObject(block.input) ?? {} }, block.input);
        if (part.type === 'hosted-call') tracker.whole(0, part);
        return;
      }
      case 'result': {
        const part = readToolResult({ ...block.start, content: block.content });
        if (part.type === 'hosted-result') tracker.whole(0, part);
        return;
      }
      case 'image': {
        const part = readImage({ ...block.start, source: { bytes: encodeBase64(concatBytes(block.pieces)) } });
        if (part?.type === 'image') tracker.whole(0, part);
        return;
      }
    }
  }

  function finishBlocks(): void {
    for (const index of blocks.keys()) stopBlock(index);
  }

  function readEvent(event: string | undefined, json: JsonObject): void {
    const index = numberAt(json, 'contentBlockIndex') ?? 0;
    switch (event) {
      case 'messageStart':
        tracker.start({ id: options.requestId, model: '' });
        return;
      case 'contentBlockStart':
        startBlock(index, objectAt(json, 'start') ?? {});
        return;
      case 'contentBlockDelta':
        delta(index, objectAt(json, 'delta') ?? {});
        return;
      case 'contentBlockStop':
        stopBlock(index);
        return;
      case 'messageStop': {
        finishBlocks();
        tracker.finish(0, readStop(json) ?? { reason: 'stop' });
        return;
      }
      case 'metadata': {
        const raw = objectAt(json, 'usage');
        const usage = raw && readUsage(raw);
        if (usage) tracker.usage(usage);
        tracker.served(readConverseServedAs(json));
        if (!tracker.finished) return;
        finishBlocks();
        tracker.end();
        return;
      }
      default:
    }
  }

  return {
    read(frame: Frame) {
      const { event } = frame;
      const json = parseObject(frame.data);
      if (event === 'error' || event?.endsWith('Exception')) tracker.error(converseFailureIn(event, json));
      else if (json) readEvent(event, json);
      else return nothing;
      return tracker.take();
    },
    end() {
      if (tracker.finished) {
        finishBlocks();
        tracker.end();
      }
      return tracker.take();
    },
  };
}

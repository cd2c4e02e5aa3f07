import type { EventReader, ReadOptions } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import { openTracker } from '../../ir/tracker.ts';
import { unwrapSignature } from '../../ir/signature.ts';
import { at, indexAt, objectAt, objectsAt, parseObject, restOf, textAt } from '../../json/fields.ts';
import type { Frame } from '../../json/sse.ts';
import type { JsonObject } from '../../protocol.ts';
import { readBlock } from './blocks-read.ts';
import { readCitation } from './citations.ts';
import { messagesFailureIn } from './errors.ts';
import { readStop } from './finish.ts';
import { readMessagesServedAs } from './served-as.ts';
import { mergeRawUsage, readMessagesUsage } from './usage.ts';

const own = 'anthropic-messages';

/** A block that is open: what it began as, and the text its deltas have told. */
type Block = { readonly start: JsonObject; readonly type: string; text: string };

const toolUseKeys: ReadonlySet<string> = new Set(['type', 'id', 'name', 'input']);

const nothing: readonly IrEvent[] = [];

/** Reads the events of a streamed message. */
export function readMessageEvents(options: ReadOptions): EventReader {
  const { readUsage = readMessagesUsage } = options;
  const tracker = openTracker(options.requestId);
  const blocks = new Map<number, Block>();
  let raw: Readonly<Record<string, unknown>> = {};

  function startBlock(index: number, start: JsonObject): void {
    const type = textAt(start, 'type') ?? '';
    blocks.set(index, { start, type, text: '' });
    switch (type) {
      case 'text': {
        tracker.open(0, 'text', {});
        const text = textAt(start, 'text') ?? '';
        if (text !== '') tracker.text(0, text);
        for (const citation of objectsAt(start, 'citations')) tracker.citation(0, readCitation(citation));
        return;
      }
      case 'thinking': {
        tracker.open(0, 'reasoning', {});
        const text = textAt(start, 'thinking') ?? '';
        if (text !== '') tracker.reasoning(0, text);
        const signature = textAt(start, 'signature') ?? '';
        if (signature !== '') tracker.signature(0, unwrapSignature(signature, own));
        return;
      }
      case 'redacted_thinking':
        tracker.open(0, 'reasoning', { redacted: true });
        tracker.signature(0, unwrapSignature(textAt(start, 'data') ?? '', own));
        return;
      case 'tool_use': {
        const fields = restOf(start, toolUseKeys);
        const head = {
          callId: textAt(start, 'id'),
          name: textAt(start, 'name'),
          extensions: fields && ({ by: own, fields } as const),
        };
        tracker.toolCall(0, index, head, '');
        return;
      }
      default:
    }
  }

  function delta(index: number, json: JsonObject): void {
    switch (textAt(json, 'type')) {
      case 'text_delta':
        tracker.text(0, textAt(json, 'text') ?? '');
        return;
      case 'thinking_delta':
        tracker.reasoning(0, textAt(json, 'thinking') ?? '');
        return;
      case 'signature_delta':
        tracker.signature(0, unwrapSignature(textAt(json, 'signature') ?? '', own));
        return;
      case 'citations_delta': {
        const citation = objectAt(json, 'citation');
        if (citation) tracker.citation(0, readCitation(citation));
        return;
      }
      case 'input_json_delta': {
        const text = textAt(json, 'partial_json') ?? '';
        const block = blocks.get(index);
        if (block) block.text += text;
        if (!block || block.type === 'tool_use') tracker.toolCall(0, index, {}, text);
        return;
      }
      default:
    }
  }

  function stopBlock(index: number): void {
    const block = blocks.get(index);
    if (!block) return;
    blocks.delete(index);
    switch (block.type) {
      case 'text':
      case 'thinking':
      case 'redacted_thinking':
        tracker.close(0);
        return;
      case 'tool_use':
        // A tool without arguments, or one whose input came whole.
        if (block.text === '') tracker.toolCall(0, index, {}, JSON.stringify(at(block.start, 'input') ?? {}));
        tracker.endToolCall(0, index);
        return;
      default:
        whole(block);
    }
  }

  /** Blocks of Anthropic's own tools are told once they are whole. */
  function whole(block: Block): void {
    const input = parseObject(block.text);
    const part = readBlock(input ? { ...block.start, input } : block.start);
    if (part.type === 'hosted-call' || part.type === 'hosted-result' || part.type === 'foreign') tracker.whole(0, part);
    else if (part.type === 'image' || part.type === 'document') tracker.whole(0, part);
  }

  function addUsage(json: JsonObject | undefined): void {
    if (!json) return;
    raw = mergeRawUsage(raw, json);
    const usage = readUsage(raw);
    if (usage) tracker.usage(usage);
    tracker.served(readMessagesServedAs(raw));
  }

  function readData(json: JsonObject): void {
    const index = indexAt(json, 'index') ?? 0;
    switch (textAt(json, 'type')) {
      case 'message_start': {
        const message = objectAt(json, 'message') ?? {};
        const usage = objectAt(message, 'usage');
        if (usage) raw = mergeRawUsage(raw, usage);
        tracker.start({
          id: textAt(message, 'id') ?? options.requestId,
          model: textAt(message, 'model') ?? '',
          usage: usage && readUsage(usage),
          serviceTier: usage && textAt(usage, 'service_tier'),
        });
        tracker.served(readMessagesServedAs(raw));
        return;
      }
      case 'content_block_start': {
        const block = objectAt(json, 'content_block');
        if (block) startBlock(index, block);
        return;
      }
      case 'content_block_delta': {
        const inner = objectAt(json, 'delta');
        if (inner) delta(index, inner);
        return;
      }
      case 'content_block_stop':
        stopBlock(index);
        return;
      case 'message_delta': {
        addUsage(objectAt(json, 'usage'));
        const inner = objectAt(json, 'delta');
        const stop = inner && readStop(inner);
        if (stop) tracker.finish(0, stop);
        return;
      }
      case 'message_stop':
        finishBlocks();
        if (!tracker.finished) tracker.finish(0, { reason: 'stop' });
        tracker.end();
        return;
      default:
    }
  }

  function finishBlocks(): void {
    for (const index of blocks.keys()) stopBlock(index);
  }

  return {
    read(frame: Frame) {
      const json = parseObject(frame.data);
      if (!json) return nothing;
      if (textAt(json, 'type') === 'error' || frame.event === 'error') {
        tracker.error(
          messagesFailureIn(json, 200) ?? { ...silent, type: undefined, code: undefined, param: undefined },
        );
      } else readData(json);
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

const silent = { status: 500, message: 'The upstream reported an error in its stream.' } as const;

import type { EventReader, ReadOptions } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import { openTracker, type ToolCallHead } from '../../ir/tracker.ts';
import { at, isObject, indexAt, numberAt, objectAt, objectsAt, parseObject, textAt } from '../../json/fields.ts';
import type { Frame } from '../../json/sse.ts';
import type { JsonObject } from '../../protocol.ts';
import { failureIn } from './errors.ts';
import { readFinishOf } from './finish.ts';
import { readLogprobs } from './logprobs.ts';
import { readContent } from './messages-read.ts';
import { readThoughtSignature, reasoningText, signatureOfDetail } from './reasoning.ts';
import { readAnnotations, readImages } from './response-read.ts';
import { mergeReports } from '../raw-usage.ts';
import { readChatServedAs, readChatUsage } from './usage.ts';

const nothing: readonly IrEvent[] = [];

const isFailure = (json: JsonObject, frame: Frame): boolean =>
  isObject(at(json, 'error')) || textAt(json, 'object') === 'error' || frame.event === 'error';

/** Reads the chunks of a streamed chat completion. */
export function readChunks(options: ReadOptions): EventReader {
  const { readUsage = readChatUsage } = options;
  const tracker = openTracker(options.requestId);
  /** Which call an index of a choice means now; see {@link callKey}. */
  const callKeys = new Map<string, string>();
  const callIds = new Map<string, string>();
  let serviceTier: string | undefined;
  let reported: Readonly<Record<string, unknown>> | undefined;

  function readChunk(json: JsonObject): void {
    const choices = objectsAt(json, 'choices');
    const id = textAt(json, 'id') ?? '';
    // Azure opens with a chunk about its filters that has neither id nor model.
    if (choices.length > 0 || id !== '')
      tracker.start({
        id: id === '' ? options.requestId : id,
        model: textAt(json, 'model') ?? '',
        created: numberAt(json, 'created'),
        serviceTier: textAt(json, 'service_tier'),
      });
    readServiceTier(textAt(json, 'service_tier'));
    for (const [i, choice] of choices.entries()) readChoice(choice, indexAt(choice, 'index') ?? i);
    const usage = objectAt(json, 'usage');
    if (usage) report(usage);
  }

  /** Every chunk may name it; the last word counts. */
  function readServiceTier(word: string | undefined): void {
    if (word === undefined || word === serviceTier) return;
    tracker.served(readChatServedAs(word) ?? (serviceTier === undefined ? undefined : {}));
    serviceTier = word;
  }

  function report(raw: JsonObject): void {
    reported = reported ? mergeReports(reported, raw) : raw;
    const usage = readUsage(reported);
    if (usage) tracker.usage(usage);
  }

  function readChoice(choice: JsonObject, index: number): void {
    // Some vendors end a stream with a whole message.
    const delta = objectAt(choice, 'delta') ?? objectAt(choice, 'message');
    if (delta) readDelta(delta, index, objectAt(choice, 'logprobs'));
    const text = textAt(choice, 'text');
    if (text !== undefined && text !== '') tracker.text(index, text);
    const finish = readFinishOf(choice);
    if (finish) tracker.finish(index, finish);
    // Moonshot reports inside the choice.
    const usage = objectAt(choice, 'usage');
    if (usage) report(usage);
  }

  function readDelta(delta: JsonObject, index: number, logprobs: JsonObject | undefined): void {
    readReasoning(delta, index);
    readText(delta, index, logprobs);
    const refusal = textAt(delta, 'refusal');
    if (refusal !== undefined && refusal !== '') tracker.refusal(index, refusal, readLogprobs(logprobs, 'refusal'));
    const audio = objectAt(delta, 'audio');
    if (audio) readAudio(audio, index);
    for (const image of readImages(delta)) tracker.whole(index, image);
    for (const [i, call] of objectsAt(delta, 'tool_calls').entries())
      readCall(call, index, indexAt(call, 'index') ?? i);
    const legacy = objectAt(delta, 'function_call');
    if (legacy) readCall({ function: legacy }, index, -1);
  }

  function readReasoning(delta: JsonObject, index: number): void {
    const text = reasoningText(delta);
    if (text !== undefined && text !== '') tracker.reasoning(index, text);
    for (const detail of objectsAt(delta, 'reasoning_details')) {
      const signature = signatureOfDetail(detail);
      if (!signature) continue;
      const redacted = textAt(detail, 'type') === 'reasoning.encrypted';
      if (redacted) tracker.open(index, 'reasoning', { redacted });
      // Opens the reasoning, should none of its text have been told.
      else if (text === undefined || text === '') tracker.reasoning(index, '');
      tracker.signature(index, signature);
      if (redacted) tracker.close(index);
    }
  }

  function readText(delta: JsonObject, index: number, logprobs: JsonObject | undefined): void {
    const content = at(delta, 'content');
    if (typeof content === 'string') {
      if (content !== '') tracker.text(index, content, readLogprobs(logprobs, 'content'));
    } else {
      for (const part of readContent(content)) {
        if (part.type === 'text') tracker.text(index, part.text);
        else if (part.type === 'reasoning') tracker.reasoning(index, part.text);
        else if (part.type === 'refusal') tracker.refusal(index, part.text);
        else if (part.type === 'image' || part.type === 'foreign') tracker.whole(index, part);
      }
    }
    for (const citation of readAnnotations(delta)) tracker.citation(index, citation);
  }

  function readAudio(audio: JsonObject, index: number): void {
    const id = textAt(audio, 'id');
    const data = textAt(audio, 'data') ?? '';
    const transcript = textAt(audio, 'transcript') ?? '';
    if (id !== undefined && !callIds.has(`audio ${index}`)) {
      callIds.set(`audio ${index}`, id);
      tracker.open(index, 'audio', { id, mediaType: 'audio/pcm' });
    }
    if (data !== '' || transcript !== '') tracker.audio(index, data, transcript);
    const expiresAt = numberAt(audio, 'expires_at');
    if (expiresAt !== undefined) tracker.close(index, expiresAt);
  }

  /**
   * The tracker's key of a call. Some vendors number every call 0 and tell them apart only by their ids, so another id
   * at the same index is another call.
   */
  function callKey(choice: number, index: number, callId: string | undefined): string {
    const slot = `${choice} ${index}`;
    const current = callKeys.get(slot);
    const known = current === undefined ? undefined : callIds.get(current);
    if (current !== undefined && (callId === undefined || known === undefined || known === callId)) {
      if (callId !== undefined) callIds.set(current, callId);
      return current;
    }
    const key = current === undefined ? slot : `${slot} ${callId}`;
    callKeys.set(slot, key);
    if (callId !== undefined) callIds.set(key, callId);
    return key;
  }

  function readCall(call: JsonObject, choice: number, index: number): void {
    const custom = objectAt(call, 'custom');
    const inner = custom ?? objectAt(call, 'function') ?? {};
    const id = textAt(call, 'id');
    const callId = id === '' ? undefined : id;
    const args = at(inner, custom ? 'input' : 'arguments');
    const key = callKey(choice, index, callId);
    const head: ToolCallHead = {
      callId,
      name: textAt(inner, 'name'),
      kind: custom || textAt(call, 'type') === 'custom' ? 'custom' : undefined,
    };
    const text = typeof args === 'string' ? args : isObject(args) ? JSON.stringify(args) : '';
    tracker.toolCall(choice, key, head, text);
    const signature = readThoughtSignature(call);
    if (signature) tracker.signToolCall(choice, key, signature);
  }

  return {
    read(frame: Frame) {
      if (frame.data.trim() === '[DONE]') {
        // Whoever says so has told all, though some forget to say why each choice ended.
        tracker.end();
        return tracker.take();
      }
      const json = parseObject(frame.data);
      if (!json) return nothing;
      const failure = isFailure(json, frame) ? failureIn(json, 200) : undefined;
      if (failure) tracker.error(failure);
      else readChunk(json);
      return tracker.take();
    },
    end() {
      if (tracker.finished) tracker.end();
      return tracker.take();
    },
  };
}

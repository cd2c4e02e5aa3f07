import { parseObject, textAt } from '../../json/fields.ts';
import type { Frame, FrameReader } from '../../json/sse.ts';
import { decodeText } from '../../text.ts';
import { converseFailureIn } from '../bedrock-converse/errors.ts';
import { readEventStream } from '../bedrock-converse/event-stream.ts';
import { typeFor } from './errors.ts';

/**
 * Reads Amazon's InvokeModelWithResponseStream of a Claude: each message of its binary event stream wraps one event of
 * Anthropic's own in base64. What Amazon says of itself (an exception) becomes Anthropic's event `error`.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
 */
export function readChunkFrames(): FrameReader {
  const messages = readEventStream();
  const unwrapped = (frames: readonly Frame[]): readonly Frame[] => frames.flatMap((frame) => unwrap(frame) ?? []);
  return {
    push: (chunk) => unwrapped(messages.push(chunk)),
    end: () => unwrapped(messages.end()),
    get overflowed() {
      return messages.overflowed;
    },
  };
}

function unwrap({ event, data }: Frame): Frame | undefined {
  const json = parseObject(data);
  if (event !== 'chunk') return failed(converseFailureIn(event, json));
  const text = json && textOf(textAt(json, 'bytes') ?? '');
  const name = text === undefined ? undefined : textAt(parseObject(text) ?? {}, 'type');
  // One without a name says nothing that a client could understand, as in Anthropic's SDK.
  return text === undefined || name === undefined ? undefined : { event: name, data: text, id: undefined };
}

function textOf(base64: string): string | undefined {
  try {
    return decodeText(Uint8Array.fromBase64(base64));
  } catch {
    return undefined;
  }
}

function failed({ status, message }: { readonly status: number; readonly message: string }): Frame {
  const json = { type: 'error', error: { type: typeFor(status), message } };
  return { event: 'error', data: JSON.stringify(json), id: undefined };
}

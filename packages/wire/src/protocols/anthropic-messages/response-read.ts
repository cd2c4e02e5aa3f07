import type { ReadOptions } from '../../ir/codec.ts';
import { failureOf, finishOf, hasToolCalls } from '../../ir/finish.ts';
import type { IrResponse } from '../../ir/response.ts';
import { at, isObject, objectAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, UpstreamFailure } from '../../protocol.ts';
import { readBlock } from './blocks-read.ts';
import { messagesFailureIn } from './errors.ts';
import { readStop } from './finish.ts';
import { readMessagesServedAs } from './served-as.ts';
import { readMessagesUsage } from './usage.ts';

const known: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'stop_details',
  'usage',
]);

/** Reads a whole message, or the failure inside a 200. Never throws, on any JSON. */
export function readMessage(json: Json, options: ReadOptions): IrResponse | { readonly failure: UpstreamFailure } {
  const { readUsage = readMessagesUsage } = options;
  if (!isObject(json) || textAt(json, 'type') === 'error' || !Array.isArray(at(json, 'content'))) {
    const failure = messagesFailureIn(json, 200);
    return { failure: failure ?? { ...unreadable, type: undefined, code: undefined, param: undefined } };
  }
  const parts = objectsAt(json, 'content').map(readBlock);
  const finish = finishOf(readStop(json), hasToolCalls(parts));
  const broken = failureOf(finish);
  if (broken) return { failure: broken };
  const usage = objectAt(json, 'usage');
  const fields = restOf(json, known);
  return {
    id: textAt(json, 'id') ?? options.requestId,
    model: textAt(json, 'model') ?? '',
    choices: [{ index: 0, parts, finish }],
    usage: usage && readUsage(usage),
    servedAs: usage && readMessagesServedAs(usage),
    serviceTier: usage && textAt(usage, 'service_tier'),
    extensions: fields && { by: 'anthropic-messages', fields },
  };
}

const unreadable = { status: 502, message: 'The upstream answered with something that is not a message.' } as const;

import { openOutputMeter, type CountTokens, type OutputMeter } from '../../ir/output-meter.ts';
import type { Usage } from '../../ir/usage.ts';
import type { JsonObject, ResponseFacts, UpstreamFailure } from '../../protocol.ts';
import { answerKeys, repeatedKey, textKeys } from './answers.ts';
import { explainsEmptiness, failureOf } from '../../ir/finish.ts';
import { failureIn } from './errors.ts';
import { readFinishOf } from './finish.ts';
import { chatResourceIdsOf } from './resources.ts';
import { readChatServedAs, readChatUsage } from './usage.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Reads a raw usage object; a dialect may bring its own. */
export type UsageReader = (raw: Raw) => Usage | undefined;

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const textKeySet: ReadonlySet<string> = new Set(textKeys);

function filled(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return isObject(value) && Object.keys(value).length > 0;
}

function addNested(text: OutputMeter, value: unknown, depth: number): void {
  if (depth > 8 || typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'string') addNested(text, inner, depth + 1);
    else if (textKeySet.has(key)) text.text(inner);
  }
}

/** Whether a message says something; adds up its text. `reasoning_details` repeats `reasoning` and is not added. */
function readMessage(message: Raw, text: OutputMeter): boolean {
  let meaningful = false;
  for (const key of answerKeys) {
    const value = message[key];
    if (!filled(value)) continue;
    meaningful = true;
    if (typeof value === 'string') text.text(value);
    else if (key !== repeatedKey) addNested(text, value, 0);
  }
  return meaningful;
}

/** What a whole chat or legacy completion says. Never throws, on any JSON. */
export function readChatResponse(
  json: unknown,
  readUsage: UsageReader = readChatUsage,
  countTokens?: CountTokens,
): ResponseFacts {
  const body: Raw = isObject(json) ? json : {};
  const text = openOutputMeter(countTokens);
  let meaningful = false;
  let failure: UpstreamFailure | undefined;
  let usage = isObject(body['usage']) ? readUsage(body['usage']) : undefined;
  const choices: readonly unknown[] | undefined = Array.isArray(body['choices']) ? body['choices'] : undefined;
  for (const choice of choices ?? []) {
    if (!isObject(choice)) continue;
    if (isObject(choice['message']) && readMessage(choice['message'], text)) meaningful = true;
    if (typeof choice['text'] === 'string' && choice['text'] !== '') {
      meaningful = true;
      text.text(choice['text']);
    }
    const finish = readFinishOf(choice as JsonObject);
    if (finish && explainsEmptiness(finish)) meaningful = true;
    failure ??= finish && failureOf(finish);
    if (usage === undefined && isObject(choice['usage'])) usage = readUsage(choice['usage']);
  }
  const failed = choices === undefined || filled(body['error']);
  return {
    usage,
    servedAs: readChatServedAs(body['service_tier'], body['model']),
    meaningful,
    error: failed ? failureIn(json, 200) : failure,
    outputEstimate: usage ? 0 : text.tokens,
    resourceIds: chatResourceIdsOf(body),
  };
}

import type { Usage } from '../../ir/usage.ts';
import type { ResponseFacts } from '../../protocol.ts';
import { utf8Length } from '../../text.ts';
import { answerKeys, repeatedKey, textKeys } from './answers.ts';
import { failureIn } from './errors.ts';
import { estimateOutput } from './estimate.ts';
import { readChatUsage } from './usage.ts';

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

type Text = { ascii: number; wide: number };

function addText(text: Text, value: string): void {
  const bytes = utf8Length(value);
  // A character outside ASCII is mostly three bytes for one UTF-16 unit.
  const ascii = Math.max(0, value.length - (bytes - value.length) / 2);
  text.ascii += ascii;
  text.wide += bytes - ascii;
}

function addNested(text: Text, value: unknown, depth: number): void {
  if (depth > 8 || typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'string') addNested(text, inner, depth + 1);
    else if (textKeySet.has(key)) addText(text, inner);
  }
}

/** Whether a message says something; adds up its text. `reasoning_details` repeats `reasoning` and is not added. */
function readMessage(message: Raw, text: Text): boolean {
  let meaningful = false;
  for (const key of answerKeys) {
    const value = message[key];
    if (!filled(value)) continue;
    meaningful = true;
    if (typeof value === 'string') addText(text, value);
    else if (key !== repeatedKey) addNested(text, value, 0);
  }
  return meaningful;
}

/** What a whole chat or legacy completion says. Never throws, on any JSON. */
export function readChatResponse(json: unknown, readUsage: UsageReader = readChatUsage): ResponseFacts {
  const body: Raw = isObject(json) ? json : {};
  const text: Text = { ascii: 0, wide: 0 };
  let meaningful = false;
  let usage = isObject(body['usage']) ? readUsage(body['usage']) : undefined;
  const choices: readonly unknown[] | undefined = Array.isArray(body['choices']) ? body['choices'] : undefined;
  for (const choice of choices ?? []) {
    if (!isObject(choice)) continue;
    if (isObject(choice['message']) && readMessage(choice['message'], text)) meaningful = true;
    if (typeof choice['text'] === 'string' && choice['text'] !== '') {
      meaningful = true;
      addText(text, choice['text']);
    }
    if (choice['finish_reason'] === 'content_filter') meaningful = true;
    if (usage === undefined && isObject(choice['usage'])) usage = readUsage(choice['usage']);
  }
  const failed = choices === undefined || filled(body['error']);
  return {
    usage,
    meaningful,
    error: failed ? failureIn(json, 200) : undefined,
    outputEstimate: estimateOutput(text.ascii, text.wide),
  };
}

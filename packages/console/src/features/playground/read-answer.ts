import type { Answer, Failure, ToolCall } from './conversation.ts';
import { isObject, readJson } from './request.ts';

/** Reads answers of the endpoint for conversations: whole, or piece by piece as they come. */

const objectOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** An answer with what a message (`message` of a whole answer, `delta` of a piece) adds to it. */
function added(answer: Answer, part: Readonly<Record<string, unknown>>): Answer {
  const thinking = textOf(part['reasoning_content']) || textOf(part['reasoning']);
  const text = textOf(part['content']) + textOf(part['refusal']);
  const calls = listOf(part['tool_calls']).reduce<readonly ToolCall[]>(withCall, answer.calls);
  if (thinking === '' && text === '' && calls === answer.calls) return answer;
  return { ...answer, text: answer.text + text, thinking: answer.thinking + thinking, calls: [...calls] };
}

/** A piece of a call names it by its place; only the first one has its id and name. */
function withCall(calls: readonly ToolCall[], piece: unknown): readonly ToolCall[] {
  const part = objectOf(piece);
  const given = objectOf(part['function']);
  const index = numberOf(part['index']) ?? calls.length;
  const before = calls[index] ?? { id: '', name: '', arguments: '' };
  const call = {
    id: before.id || textOf(part['id']),
    name: before.name || textOf(given['name']),
    arguments: before.arguments + textOf(given['arguments']),
  };
  return index < calls.length ? calls.with(index, call) : [...calls, call];
}

function withUsage(answer: Answer, value: unknown): Answer {
  if (!isObject(value)) return answer;
  const [inputTokens, outputTokens] = [numberOf(value['prompt_tokens']), numberOf(value['completion_tokens'])];
  return {
    ...answer,
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
  };
}

/** An answer with what one event's data, or a whole answer, says. */
export function withPiece(answer: Answer, json: unknown): Answer {
  const body = objectOf(json);
  if (body['error'] !== undefined) return { ...answer, state: 'failed', failure: failureOf(200, json) };
  const choice = objectOf(listOf(body['choices'])[0]);
  const said = withUsage(added(answer, objectOf(choice['delta'] ?? choice['message'])), body['usage']);
  const finish = textOf(choice['finish_reason']);
  return finish === '' ? said : { ...said, finish };
}

/** Whether a piece brought the first output, by which the time to it is measured. */
export const hasOutput = ({ text, thinking, calls }: Answer): boolean =>
  text !== '' || thinking !== '' || calls.length > 0;

/** What an answer that is an error says, in whichever of the gateway's formats. */
export function failureOf(status: number, json: unknown): Failure {
  const error = objectOf(objectOf(json)['error']);
  const code = textOf(error['code']) || textOf(error['type']) || String(status);
  return { status, code, message: textOf(error['message']) || `HTTP ${status}` };
}

/** The data of server-sent events out of text that comes in pieces; `rest` goes before the next piece. */
export function readEvents(text: string): { readonly data: readonly string[]; readonly rest: string } {
  const lines = text.split(/\r\n|\n|\r(?!$)/);
  const rest = lines.pop() ?? '';
  const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
  return { data, rest };
}

/** An answer with what some events say. `[DONE]` and what is no JSON say nothing. */
export const withEvents = (answer: Answer, data: readonly string[]): Answer =>
  data.reduce((so, one) => {
    const json = readJson(one);
    return json === undefined ? so : withPiece(so, json);
  }, answer);

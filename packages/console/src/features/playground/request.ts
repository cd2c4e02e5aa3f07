import { told, type Column, type Message } from './conversation.ts';

/** The request that a column makes, as the endpoint for conversations takes it. */

export type ChatBody = {
  readonly model: string;
  readonly messages: readonly object[];
  readonly stream: boolean;
  readonly [field: string]: unknown;
};

/** What of the settings is no JSON of the kind it must be; undefined when all is well. */
export type SettingsMistake = 'tools' | 'schema';

export function mistakeOf({ settings }: Pick<Column, 'settings'>): SettingsMistake | undefined {
  if (settings.tools.trim() !== '' && !Array.isArray(readJson(settings.tools))) return 'tools';
  const schema = settings.schema.trim() === '' ? {} : readJson(settings.schema);
  return isObject(schema) ? undefined : 'schema';
}

/** The request for the next answer of a column. Settings that have a {@link mistakeOf} are left out. */
export function requestOf({ model, settings, messages }: Omit<Column, 'id' | 'keyId'>): ChatBody {
  const { system, temperature, topP, maxTokens, seed, effort, stream } = settings;
  const tools = settings.tools.trim() === '' ? undefined : readJson(settings.tools);
  const schema = settings.schema.trim() === '' ? undefined : readJson(settings.schema);
  return {
    model,
    messages: [...(system.trim() === '' ? [] : [{ role: 'system', content: system }]), ...told(messages).map(sent)],
    ...(temperature !== null && { temperature }),
    ...(topP !== null && { top_p: topP }),
    ...(maxTokens !== null && { max_completion_tokens: maxTokens }),
    ...(seed !== null && { seed }),
    ...(effort !== null && { reasoning_effort: effort }),
    ...(Array.isArray(tools) && tools.length > 0 && { tools: tools.map(toolOf) }),
    ...(isObject(schema) && {
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    }),
    stream,
    ...(stream && { stream_options: { include_usage: true } }),
  };
}

function sent(message: Message): object {
  switch (message.role) {
    case 'user':
      return {
        role: 'user',
        content:
          message.images.length === 0
            ? message.text
            : [
                ...(message.text === '' ? [] : [{ type: 'text', text: message.text }]),
                ...message.images.map((url) => ({ type: 'image_url', image_url: { url } })),
              ],
      };
    case 'tool':
      return { role: 'tool', tool_call_id: message.callId, content: message.text };
    default:
      return {
        role: 'assistant',
        content: message.text === '' ? null : message.text,
        ...(message.calls.length > 0 && {
          tool_calls: message.calls.map(({ id, name, arguments: given }) => ({
            id,
            type: 'function',
            function: { name, arguments: given },
          })),
        }),
      };
  }
}

/** A tool may be written in full, or as its function alone. */
const toolOf = (tool: unknown): unknown =>
  isObject(tool) && typeof tool['name'] === 'string' && tool['type'] === undefined
    ? { type: 'function', function: tool }
    : tool;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON of a text; undefined when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

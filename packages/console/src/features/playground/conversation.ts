import { freshId } from '../../lib/fresh-id.ts';
import { z } from '../../lib/zod.ts';

/** What is said in a column of the playground, and what of it is kept in the browser. Nothing of it is sent but to models. */

const callSchema = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
export type ToolCall = z.output<typeof callSchema>;

const failureSchema = z.object({ status: z.number(), code: z.string(), message: z.string() });
export type Failure = z.output<typeof failureSchema>;

const userSchema = z.object({ role: z.literal('user'), text: z.string(), images: z.array(z.string()) });
const toolSchema = z.object({ role: z.literal('tool'), callId: z.string(), name: z.string(), text: z.string() });
const answerSchema = z.object({
  role: z.literal('assistant'),
  text: z.string(),
  thinking: z.string(),
  calls: z.array(callSchema),
  state: z.enum(['waiting', 'writing', 'done', 'stopped', 'failed']),
  failure: failureSchema.optional(),
  requestId: z.string().optional(),
  /** To the first byte of output, and to the end; ms. */
  ttftMs: z.number().optional(),
  totalMs: z.number().optional(),
  inputTokens: z.number().optional(),
  outputTokens: z.number().optional(),
  finish: z.string().optional(),
  /** As the log tells it, in nano-dollars. */
  amountNanos: z.string().optional(),
});
export type Answer = z.output<typeof answerSchema>;

const messageSchema = z.discriminatedUnion('role', [userSchema, toolSchema, answerSchema]);
export type Message = z.output<typeof messageSchema>;

export const effortLevels = ['minimal', 'low', 'medium', 'high'] as const;

const settingsSchema = z.object({
  system: z.string(),
  temperature: z.number().nullable(),
  topP: z.number().nullable(),
  maxTokens: z.number().nullable(),
  seed: z.number().nullable(),
  effort: z.enum(effortLevels).nullable(),
  /** JSON, as it is written; empty for none. */
  tools: z.string(),
  schema: z.string(),
  stream: z.boolean(),
});
export type Settings = z.output<typeof settingsSchema>;

const columnSchema = z.object({
  id: z.string(),
  /** Empty: the first key there is. */
  keyId: z.string(),
  model: z.string(),
  settings: settingsSchema,
  messages: z.array(messageSchema),
});
export type Column = z.output<typeof columnSchema>;

export const maxColumns = 4;
const boardSchema = z.object({ columns: z.array(columnSchema).min(1).max(maxColumns) });
export type Board = z.output<typeof boardSchema>;

export const plainSettings: Settings = {
  system: '',
  temperature: null,
  topP: null,
  maxTokens: null,
  seed: null,
  effort: null,
  tools: '',
  schema: '',
  stream: true,
};

/** Settings as a preset keeps them: what is not as in {@link plainSettings}. */
export const presetOf = (settings: Settings): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(settings).filter(([name, value]) => value !== plainSettings[name as keyof Settings]),
    ),
  );

/** The settings of a preset; undefined when it is none that can be read. */
export function readPreset(text: string): Settings | undefined {
  try {
    return settingsSchema.safeParse({ ...plainSettings, ...(JSON.parse(text) as object) }).data;
  } catch {
    return undefined;
  }
}

export const emptyColumn = (like?: Column): Column => ({
  id: freshId(),
  keyId: like?.keyId ?? '',
  model: like?.model ?? '',
  settings: like?.settings ?? plainSettings,
  messages: [],
});

export const newAnswer: Answer = { role: 'assistant', text: '', thinking: '', calls: [], state: 'waiting' };

/** What was kept; undefined when it is nothing of ours. An answer that was being written then has been stopped. */
export function readBoard(text: string | null): Board | undefined {
  if (text === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = boardSchema.safeParse(value);
  return (
    data && {
      columns: data.columns.map((column) => ({
        ...column,
        messages: column.messages.map((one) =>
          one.role === 'assistant' && isOpen(one) ? { ...one, state: 'stopped' as const } : one,
        ),
      })),
    }
  );
}

export const isOpen = (answer: Answer): boolean => answer.state === 'waiting' || answer.state === 'writing';

/** The answer at the end of a column, when there is one. */
export const lastAnswer = ({ messages }: Column): Answer | undefined => {
  const last = messages.at(-1);
  return last?.role === 'assistant' ? last : undefined;
};

/** Tool calls at the end of a column that nobody has answered: the next request must. */
export const openCalls = (column: Column): readonly ToolCall[] => {
  const last = lastAnswer(column);
  return last === undefined || isOpen(last) ? [] : last.calls;
};

/** What was asked last, before any answer to it: where trying again begins. */
export function withoutAnswer({ messages }: Column): readonly Message[] {
  return messages.at(-1)?.role === 'assistant' ? messages.slice(0, -1) : messages;
}

/** What a list of messages is without those answers of which nothing came: no model is told of them. */
export const told = (messages: readonly Message[]): readonly Message[] =>
  messages.filter((one) => one.role !== 'assistant' || one.text !== '' || one.calls.length > 0);

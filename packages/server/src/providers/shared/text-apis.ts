import { z } from 'zod';
import type { Dialect } from '../define.ts';
import { mapPaths, type Path, variantsOf } from '../path.ts';

/** What the setting `textApi` calls each protocol. */
const names: Readonly<Partial<Record<Dialect['protocol'], string>>> = {
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  'anthropic-messages': 'messages',
  gemini: 'generate-content',
  'gemini-interactions': 'interactions',
};

const schemas = new Map<string, z.ZodType>();

/**
 * For vendors with several text APIs: which of them a channel is asked by. `auto` serves each client by its own; one
 * alone is for a base URL that has no other, or for models that the vendor has at one of them only. One schema for all
 * who have the same.
 */
export function textApiOf(dialects: readonly Dialect[]): z.ZodType {
  const options = dialects.flatMap(({ protocol }) => names[protocol] ?? []);
  const key = options.join(' ');
  let schema = schemas.get(key);
  if (!schema) {
    schema = z
      .enum(['auto', ...options])
      .default('auto')
      .meta({
        label: 'Text API',
        help: 'auto: each client by its own protocol. One alone, where the base URL or the models have no other.',
      });
    schemas.set(key, schema);
  }
  return schema;
}

/** Of these only chat itself has rivals among the others: nobody else embeds, or counts, in their place. */
const rivalledInChat: ReadonlySet<string> = new Set(['openai-chat', 'gemini']);

/** The dialect, which the setting may rule out. */
export function unlessRuledOut(dialect: Dialect, among: readonly Dialect[]): Dialect {
  // What is asked other things than text has no rival.
  if (names[dialect.protocol] === undefined) return dialect;
  const rivals = among.flatMap(({ protocol }) => (protocol === dialect.protocol ? [] : (names[protocol] ?? [])));
  const ruledOut = rivals.map((textApi) => ({ when: { settings: { textApi } }, path: undefined }));
  const { chat = [], ...rest } = dialect.paths;
  const bind = (path: Path): Path => [...ruledOut, ...variantsOf(path)];
  const paths = rivalledInChat.has(dialect.protocol) ? rest : mapPaths(rest, bind);
  return { ...dialect, paths: { ...paths, chat: bind(chat) } };
}

import { parseObject } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** A tool call's arguments as the object that Gemini has them in; undefined when they are none (cut off, say). */
export function writeArguments(kind: 'function' | 'custom', text: string): JsonObject | undefined {
  if (kind === 'custom') return { input: text };
  return text.trim() === '' ? {} : parseObject(text);
}

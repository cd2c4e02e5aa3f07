import type { WriteContext } from '../../ir/codec.ts';

/** An id of an item, of its place in the output. */
export function itemId(prefix: string, index: number, context: WriteContext): string {
  return `${prefix}_${context.requestId}_${index}`;
}

/** Whether {@link itemId} made an id, and not OpenAI, whose ids are hexadecimal behind their prefix. */
export const isMadeHere = (id: string | undefined): boolean => id !== undefined && /^[a-z]+_req/.test(id);

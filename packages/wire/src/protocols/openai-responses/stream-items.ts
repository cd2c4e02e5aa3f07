import type { WriteContext } from '../../ir/codec.ts';
import type { JsonObject } from '../../protocol.ts';
import { itemId } from './item-ids.ts';

/** Numbers the events of a stream and keeps its items, whole, for the last of them. */
export type ItemLog = {
  /** One event as text. */
  frame(type: string, fields: JsonObject): string;
  /** The number of an event that is put together elsewhere. */
  number(): number;
  /** Takes the next place in the output. */
  place(): number;
  /** The id of an item at a place; without one, of the item that is next. */
  id(prefix: string, place?: number): string;
  added(place: number, item: JsonObject): string;
  done(place: number, item: JsonObject): string;
  /** Keeps an item that broke off, and says nothing of it. */
  keep(place: number, item: JsonObject): void;
  /** All items so far; one that never ended leaves a hole, which is closed. */
  readonly output: readonly JsonObject[];
};

export function openItemLog(context: WriteContext): ItemLog {
  const output: JsonObject[] = [];
  let sequence = 0;
  let places = 0;

  function frame(type: string, fields: JsonObject): string {
    const data = JSON.stringify({ type, sequence_number: sequence++, ...fields });
    return `event: ${type}\ndata: ${data}\n\n`;
  }

  return {
    frame,
    number: () => sequence++,
    place: () => places++,
    id: (prefix, place = places) => itemId(prefix, place, context),
    added: (output_index, item) => frame('response.output_item.added', { output_index, item }),
    done(output_index, item) {
      output[output_index] = item;
      return frame('response.output_item.done', { output_index, item });
    },
    keep(place, item) {
      output[place] = item;
    },
    get output() {
      return output.filter((item) => item !== undefined);
    },
  };
}

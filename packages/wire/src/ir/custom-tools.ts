import { parseObject, textAt } from '../json/fields.ts';
import type { IrEvent } from './event.ts';
import type { Part } from './part.ts';
import type { IrRequest } from './request.ts';
import type { IrResponse } from './response.ts';

/**
 * Tools of free text (OpenAI's `custom`) are written for other protocols as functions with the one member `input`. Here
 * their calls become calls of free text again, for the clients that know such tools.
 */
export type CustomTools = {
  /** The events to write instead of this one. A call of free text is told when it is whole. */
  event(event: IrEvent): readonly IrEvent[];
  response(response: IrResponse): IrResponse;
};

/** Undefined when the request has no such tool, which is the usual case. */
export function customToolsOf(request: IrRequest): CustomTools | undefined {
  const names = new Set<string>();
  for (const tool of request.tools ?? []) if (tool.type === 'custom') names.add(tool.name);
  if (names.size === 0) return undefined;
  const held = new Map<number, string>();

  return {
    event(event) {
      if (event.type === 'tool-call-start' && event.kind === 'function' && names.has(event.name)) {
        held.set(event.part, '');
        return [{ ...event, kind: 'custom' }];
      }
      const text = 'part' in event ? held.get(event.part) : undefined;
      if (text === undefined || !('part' in event)) return [event];
      if (event.type === 'tool-call-arguments-delta') {
        held.set(event.part, text + event.text);
        return [];
      }
      if (event.type !== 'tool-call-end') return [event];
      held.delete(event.part);
      return [{ type: 'tool-call-arguments-delta', part: event.part, text: inputIn(text) }, event];
    },
    response(response) {
      const change = (part: Part): Part =>
        part.type === 'tool-call' && part.kind === 'function' && names.has(part.name)
          ? { ...part, kind: 'custom', arguments: inputIn(part.arguments) }
          : part;
      return {
        ...response,
        choices: response.choices.map((choice) => ({ ...choice, parts: choice.parts.map(change) })),
      };
    },
  };
}

/** The text under `input`; all of it, when the model wrote something else. */
function inputIn(text: string): string {
  const json = parseObject(text);
  return (json && textAt(json, 'input')) ?? text;
}

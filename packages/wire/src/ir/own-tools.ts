import type { IrEvent } from './event.ts';
import type { Part } from './part.ts';
import type { IrRequest } from './request.ts';
import type { IrResponse } from './response.ts';
import { openWords, type WordRule, type Words } from './words.ts';

/** What an answer's tool calls are read with: the request that they answer. */
export type Asked = {
  readonly request: IrRequest;
  /** See `FittedTools`. */
  readonly ownNames: ReadonlyMap<string, string> | undefined;
  /** What the client takes as ids of calls; absent: anything. */
  readonly callIds?: WordRule | undefined;
};

/**
 * Turns the calls of an answer into calls of the client's own tools: by its own names, and by ids that it takes and has not
 * seen, neither in its conversation nor in this answer.
 */
export type OwnTools = {
  events(events: readonly IrEvent[]): readonly IrEvent[];
  response(response: IrResponse): IrResponse;
};

/** For one answer. Calls without an id get one made of `requestId`. */
export function ownToolsOf({ request, ownNames, callIds = anything }: Asked, requestId: string): OwnTools {
  let ids: Words | undefined;

  function own<T extends { readonly name: string; readonly callId: string }>(call: T, place: number): T {
    ids ??= unseenIds(request, callIds);
    const name = ownNames?.get(call.name) ?? call.name;
    const callId = ids.take(call.callId === '' ? `call_${requestId}_${place}` : call.callId);
    return name === call.name && callId === call.callId ? call : { ...call, name, callId };
  }

  const event = (one: IrEvent): IrEvent => (one.type === 'tool-call-start' ? own(one, one.part) : one);
  const part = (one: Part, place: number): Part => (one.type === 'tool-call' ? own(one, place) : one);
  return {
    events: (events) => (events.some(({ type }) => type === 'tool-call-start') ? events.map(event) : events),
    response(response) {
      if (!response.choices.some(({ parts }) => parts.some(({ type }) => type === 'tool-call'))) return response;
      const choices = response.choices.map((choice) => ({ ...choice, parts: choice.parts.map(part) }));
      return { ...response, choices };
    },
  };
}

const anything: WordRule = {};

function unseenIds(request: IrRequest, rule: WordRule): Words {
  const ids = openWords(rule);
  for (const { parts } of request.messages)
    for (const part of parts) if (part.type === 'tool-call' || part.type === 'tool-result') ids.reserve(part.callId);
  return ids;
}

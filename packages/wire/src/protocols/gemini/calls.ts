/** What the ids begin with that are made here for calls that came without one. */
const MADE = 'call_gm_';

/** An id that no Gemini client or upstream ever said; it is not written to them. */
export function isMadeCallId(callId: string): boolean {
  return callId.startsWith(MADE);
}

/** An id for a call that came without one. */
export function makeCallId(seed: string | number): string {
  return `${MADE}${seed}`;
}

/** Knows which calls wait for their result. Ids are optional in this protocol: names and order tell as well. */
export type CallTracker = {
  /** The id of a call that the conversation makes. */
  call(id: string | undefined, name: string): string;
  /** The id of the call that a result answers: the one of that id, else the first open one of that name. */
  result(id: string | undefined, name: string): string;
};

/** A tracker for one conversation. `seed` sets the ids of one answer apart from those of another. */
export function openCallTracker(seed = ''): CallTracker {
  let made = 0;
  const byId = new Map<string, Line>();
  const byName = new Map<string, Line>();
  const make = (): string => makeCallId(seed === '' ? ++made : `${seed}_${++made}`);
  return {
    call(id, name) {
      const callId = id === undefined || id === '' ? make() : id;
      const call = { id: callId, answered: false };
      wait(byId, callId, call);
      wait(byName, name, call);
      return callId;
    },
    result(id, name) {
      const found = firstOpen(byId.get(id ?? '')) ?? firstOpen(byName.get(name));
      if (!found) return id === undefined || id === '' ? make() : id;
      found.answered = true;
      return found.id;
    },
  };
}

type Call = { readonly id: string; answered: boolean };

/** Calls in the order in which they were made; those before `next` are answered. */
type Line = { readonly calls: Call[]; next: number };

function wait(lines: Map<string, Line>, key: string, call: Call): void {
  const line = lines.get(key);
  if (line) line.calls.push(call);
  else lines.set(key, { calls: [call], next: 0 });
}

function firstOpen(line: Line | undefined): Call | undefined {
  if (!line) return undefined;
  while (line.calls[line.next]?.answered) line.next++;
  return line.calls[line.next];
}

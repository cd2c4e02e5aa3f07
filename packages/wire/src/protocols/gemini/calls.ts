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
export type CallBook = {
  /** The id of a call that the conversation makes. */
  call(id: string | undefined, name: string): string;
  /** The id of the call that a result answers: the one of that id, else the first open one of that name. */
  result(id: string | undefined, name: string): string;
};

/** A book for one conversation. `seed` sets the ids of one answer apart from those of another. */
export function openCallBook(seed = ''): CallBook {
  let made = 0;
  let open: { readonly id: string; readonly name: string }[] = [];
  const make = (): string => makeCallId(seed === '' ? ++made : `${seed}_${++made}`);
  return {
    call(id, name) {
      const callId = id === undefined || id === '' ? make() : id;
      open.push({ id: callId, name });
      return callId;
    },
    result(id, name) {
      const found = open.find((call) => call.id === id) ?? open.find((call) => call.name === name);
      if (!found) return id === undefined || id === '' ? make() : id;
      open = open.filter((call) => call !== found);
      return found.id;
    },
  };
}

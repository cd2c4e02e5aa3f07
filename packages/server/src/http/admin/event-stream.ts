export type EventStreamOptions = {
  /** Aborted by this stream when it ends, whoever ends it; whoever makes the events stops then. */
  readonly ending: AbortController;
  /** The client has left, or the gateway stops. */
  readonly until: readonly AbortSignal[];
  /** How often a comment is sent, so that nothing between here and the client takes silence for the end. */
  readonly heartbeatMs: number;
  /** Whether the client may still see the events; asked at each heartbeat. A throw is a no. */
  readonly stillAllowed: () => Promise<boolean>;
  /** The last thing said when the events fail, as the data of an event `problem`. */
  readonly problemOf: (thrown: unknown) => Promise<string>;
};

const encoder = new TextEncoder();
const frame = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(`${text}\n\n`);
const comment = frame(':');

/**
 * Server-sent events of JSON texts. Taken from `events` only as fast as the client reads, so a slow one costs no memory
 * here; not begun at all when nobody reads. Ends when the events end, when the client leaves or may see no more, and when
 * the gateway stops.
 */
export function eventStream(
  events: AsyncIterable<string>,
  options: EventStreamOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { ending, until, heartbeatMs } = options;
  const over = new Promise<undefined>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let iterator: AsyncIterator<string> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let opened = false;

  const end = (): void => {
    if (ending.signal.aborted) return;
    clearTimeout(timer);
    for (const signal of until) signal.removeEventListener('abort', end);
    ending.abort();
    // A generator that is waiting hears of it when it wakes; nobody waits for that.
    void Promise.resolve(iterator?.return?.()).catch(() => undefined);
  };

  const close = (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void => {
    try {
      controller.close();
    } catch {
      // The client has closed it before.
    }
  };

  const beat = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> => {
    const allowed = await options.stillAllowed().catch(() => false);
    if (ending.signal.aborted) return;
    if (!allowed) return end();
    // A client that has not read the last one yet is not sent another.
    if ((controller.desiredSize ?? 0) > 0) controller.enqueue(comment);
    timer = setTimeout(() => void beat(controller), heartbeatMs);
  };

  const begin = (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): AsyncIterator<string> => {
    for (const signal of until) {
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    }
    void over.then(() => close(controller));
    if (!ending.signal.aborted) timer = setTimeout(() => void beat(controller), heartbeatMs);
    return events[Symbol.asyncIterator]();
  };

  return new ReadableStream({
    async pull(controller) {
      if (!opened) {
        // Sends the head of the answer at once. Asked for without a reader (as for a HEAD), it stays at this.
        opened = true;
        controller.enqueue(comment);
        return;
      }
      iterator ??= begin(controller);
      try {
        const next = iterator.next();
        next.catch(() => undefined);
        const result = await Promise.race([next, over]);
        if (result === undefined) return;
        if (result.done === true) end();
        else controller.enqueue(frame(`data: ${result.value}`));
      } catch (thrown) {
        if (ending.signal.aborted) return;
        controller.enqueue(frame(`event: problem\ndata: ${await options.problemOf(thrown)}`));
        end();
      }
    },
    cancel: end,
  });
}

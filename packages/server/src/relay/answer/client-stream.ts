/**
 * The body of a streamed answer. Written to from outside; Bun's `direct` stream hands each write straight to the
 * socket, which costs a third less CPU than a queueing ReadableStream and tells when the client falls behind.
 */
export type ClientStream = {
  readonly body: ReadableStream<Uint8Array>;
  /** Sends at once. False when the client is behind; `onDrained` is called when it has caught up. */
  write(chunk: Uint8Array): boolean;
  /** Ends the answer; nothing may be written after. */
  close(): void;
  /** Breaks the answer off, so that its client sees that it is not whole. */
  breakOff(): void;
};

type DirectController = { write(chunk: Uint8Array): number | Promise<number>; flush(): unknown; close(): void };

export function openClientStream(onDrained: () => void): ClientStream {
  let controller: DirectController | undefined;
  let early: Uint8Array[] = [];
  let ended = false;
  let broken: Error | undefined;
  let finish: () => void = () => undefined;
  let fail: (reason: Error) => void = () => undefined;

  const put = (to: DirectController, chunk: Uint8Array): boolean => {
    const written = to.write(chunk);
    void to.flush();
    if (typeof written === 'number') return true;
    written.then(onDrained, () => undefined);
    return false;
  };

  const source = {
    type: 'direct' as const,
    /** Called once, when the response's head has gone out; the stream stays open until the promise it returns resolves. */
    pull(direct: DirectController): Promise<void> | undefined {
      controller = direct;
      for (const chunk of early) put(direct, chunk);
      early = [];
      if (broken) return Promise.reject(broken);
      if (ended) return void direct.close();
      return new Promise((resolve, reject) => {
        finish = resolve;
        fail = reject;
      });
    },
    // Departures are noticed by the request's signal, which fires first and for every kind of answer.
    cancel() {
      ended = true;
      finish();
    },
  };

  return {
    body: new ReadableStream<Uint8Array>(source),
    write(chunk) {
      if (ended) return true;
      if (controller) return put(controller, chunk);
      early.push(chunk);
      return true;
    },
    close() {
      if (ended) return;
      ended = true;
      controller?.close();
      finish();
    },
    breakOff() {
      if (ended) return;
      ended = true;
      broken = new Error('the upstream broke its answer off');
      fail(broken);
    },
  };
}

import type { StreamedBody } from '../upstream.ts';

/** A streamed body that counts what is done to it. */
export type CountedSource = {
  readonly body: StreamedBody;
  opened(): number;
  /** Pieces that were asked for and given. */
  read(): number;
  /** Readings that ended, by themselves or by being given up. */
  released(): number;
};

export async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text, 'latin1');
}

export function sourceOf(
  kind: 'iterable' | 'stream',
  make: () => AsyncGenerator<Uint8Array>,
  byteLength: number | undefined,
): CountedSource {
  let opened = 0;
  let read = 0;
  let released = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of make()) {
        read += 1;
        yield piece;
      }
    } finally {
      released += 1;
    }
  }
  const asStream = (): ReadableStream<Uint8Array> => {
    const iterator: AsyncGenerator<Uint8Array, unknown> = counted();
    return new ReadableStream(
      {
        async pull(controller) {
          const step = await iterator.next();
          if (step.done === true) controller.close();
          else controller.enqueue(step.value);
        },
        cancel: async () => void (await iterator.return(undefined)),
      },
      { highWaterMark: 0 },
    );
  };
  return {
    body: {
      byteLength,
      open() {
        opened += 1;
        return kind === 'stream' ? asStream() : counted();
      },
    },
    opened: () => opened,
    read: () => read,
    released: () => released,
  };
}

/** Waits until something holds; the test's own timeout ends what never does. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await Bun.sleep(2);
}

/** Bytes that arrived, kept as they came. */
export function collectBytes(): {
  add(chunk: Uint8Array): void;
  size(): number;
  endsWith(text: string): boolean;
  text(): string;
} {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let tail = '';
  return {
    add(chunk) {
      chunks.push(chunk);
      size += chunk.byteLength;
      tail = (tail + Buffer.from(chunk).toString('latin1')).slice(-256);
    },
    size: () => size,
    endsWith: (text) => tail.endsWith(text),
    text: () => Buffer.concat(chunks).toString('latin1'),
  };
}

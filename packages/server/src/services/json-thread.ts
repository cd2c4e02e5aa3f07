import { longNumber } from '@tollgate/wire/json/exact';
import type { ParsedElsewhere } from '@tollgate/wire/json/read';

/**
 * Parses large bodies in a thread of its own: 120 MB take a third of a second and more, for which nobody else would be served.
 * What comes back costs a tenth of that here.
 */
export type JsonThread = {
  /** Takes the bytes, and gives them back with what they say. Rejects when there can be no thread. */
  parse(bytes: Uint8Array): Promise<ParsedElsewhere & { readonly bytes: Uint8Array }>;
  close(): void;
};

/** Without work for so long it ends, and its memory with it. */
const idleMs = 10_000;

/**
 * The thread's program. Text instead of a file, so that it is also there in the one-file executable, whose bundler does not
 * follow workers. Numbers that `JSON.parse` would round cannot be handed over, and are left to the caller.
 */
const program = `
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const longNumber = ${longNumber};
const parsed = (bytes) => {
  let text;
  try {
    text = strict.decode(bytes);
  } catch {
    return { failure: 'encoding' };
  }
  if (longNumber.test(text)) return { failure: 'exact' };
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { failure: 'syntax' };
  }
};
self.onmessage = ({ data: { id, bytes } }) => {
  self.postMessage({ id, bytes, ...parsed(bytes) }, [bytes.buffer]);
};
`;

type Answer = ParsedElsewhere & { readonly id: number; readonly bytes: Uint8Array };
type Waiting = { resolve(answer: Answer): void; reject(error: Error): void };

/** Starts no thread before there is something to parse. */
export function openJsonThread(): JsonThread {
  let worker: Worker | undefined;
  let idle: Timer | undefined;
  let last = 0;
  const waiting = new Map<number, Waiting>();

  const end = (error: Error): void => {
    worker?.terminate();
    worker = undefined;
    clearTimeout(idle);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const url = URL.createObjectURL(new Blob([program], { type: 'application/javascript' }));
    const made = new Worker(url, { ref: false });
    made.onmessage = ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.id)?.resolve(data);
      waiting.delete(data.id);
      if (waiting.size > 0) return;
      idle = setTimeout(() => end(new Error('idle')), idleMs);
      idle.unref();
    };
    made.onerror = ({ message }) => end(new Error(message));
    return made;
  };

  return {
    parse(bytes) {
      worker ??= start();
      clearTimeout(idle);
      const id = ++last;
      // What is handed over is a whole buffer.
      const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker?.postMessage({ id, bytes: own }, [own.buffer as ArrayBuffer]);
      });
    },
    close: () => end(new Error('closed')),
  };
}

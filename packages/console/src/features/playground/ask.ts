import { api } from '../../lib/api.ts';
import { ApiError } from '../../lib/client.ts';
import { newAnswer, type Answer } from './conversation.ts';
import { failureOf, hasOutput, readEvents, withEvents, withPiece } from './read-answer.ts';
import { readJson, type ChatBody } from './request.ts';

type Asked = {
  readonly keyId: string;
  readonly body: ChatBody;
  readonly signal: AbortSignal;
  /** Told as often as the screen is drawn. */
  readonly onAnswer: (answer: Answer) => void;
};

/** Asks a model, and tells of the answer as it comes. Resolves to its end, whatever that is; never rejects. */
export async function ask({ keyId, body, signal, onAnswer }: Asked): Promise<Answer> {
  const startedMs = performance.now();
  let answer: Answer = newAnswer;
  let over = false;
  const timed = (next: Answer): Answer =>
    next.ttftMs === undefined && hasOutput(next) ? { ...next, ttftMs: performance.now() - startedMs } : next;
  const ended = (last: Answer, state: Answer['state']): Answer => ({
    ...last,
    state: last.state === 'failed' ? 'failed' : state,
    totalMs: performance.now() - startedMs,
  });
  try {
    const response = await api.relay('playground.ask', { params: { id: keyId }, body, signal });
    const requestId = response.headers.get('x-request-id');
    if (requestId !== null) answer = { ...answer, requestId };
    if (!response.ok) {
      const failure = failureOf(response.status, readJson(await response.text()));
      return ended({ ...answer, failure, state: 'failed' }, 'failed');
    }
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true || response.body === null)
      return ended(withPiece(answer, readJson(await response.text())), 'done');
    answer = { ...answer, state: 'writing' };
    const tell = oncePerFrame(() => {
      // What is drawn late must not undo the end.
      if (!over) onAnswer(answer);
    });
    let rest = '';
    for await (const text of piecesOf(response.body)) {
      const events = readEvents(rest + text);
      rest = events.rest;
      answer = timed(withEvents(answer, events.data));
      tell();
    }
    return ended(answer, answer.finish === undefined ? 'stopped' : 'done');
  } catch (error) {
    if (signal.aborted) return ended(answer, 'stopped');
    const failure = {
      status: error instanceof ApiError ? error.status : 0,
      code: 'no_answer',
      message: error instanceof Error ? error.message : String(error),
    };
    return ended({ ...answer, failure, state: 'failed' }, 'failed');
  } finally {
    over = true;
  }
}

/** Not every browser iterates over streams. */
async function* piecesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

/** Does something at the next drawing, once for however many calls. */
function oncePerFrame(run: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      run();
    });
  };
}

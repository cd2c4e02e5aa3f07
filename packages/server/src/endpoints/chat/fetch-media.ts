import { shorten } from '@tollgate/wire/text';
import type { Egress } from '@tollgate/wire/ir/codec';
import { mediaToFetch, type FetchedMedium, type MediumToFetch } from '@tollgate/wire/ir/fetch-media';
import type { IrRequest } from '@tollgate/wire/ir/request';
import type { FetchFailure } from '../../egress/fetch-public.ts';
import { holdBytes, type Inspected } from '../../relay/request-context.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { ChatState } from './state.ts';

const maxMedia = 8;
const atOnce = 4;

/**
 * Fetches those media of a request, given by URL, whose bytes the upstream's protocol needs, into `state.media`, where
 * later candidates find them. Undefined when there is nothing to fetch. Throws or rejects with a {@link Refusal} when one
 * cannot be had; what could not be had is not tried again for another candidate.
 */
export function fetchMedia(
  deps: RelayDeps,
  context: Inspected,
  state: ChatState,
  request: IrRequest,
  egress: Egress,
): Promise<void> | undefined {
  if (!context.snapshot.settings.media.fetch.enabled) return undefined;
  const missing = mediaToFetch(request, egress).filter(({ url }) => !state.media.has(url));
  if (missing.length === 0) return undefined;
  if (state.mediaRefusal) throw state.mediaRefusal;
  return fetchAll(deps, context, state, missing);
}

async function fetchAll(
  deps: RelayDeps,
  context: Inspected,
  state: ChatState,
  missing: readonly MediumToFetch[],
): Promise<void> {
  if (missing.length + state.media.size > maxMedia)
    throw new Refusal(
      'media_fetch_failed',
      `This model's provider takes media only as bytes, and no more than ${maxMedia} are fetched for one request.`,
      { param: missing[0]?.path ?? null },
    );
  const stop = new AbortController();
  const leave = (): void => stop.abort();
  const deadline = { at: context.startedMs + context.snapshot.settings.relay.totalTimeoutMs, expire: leave };
  const { signal } = context.call.request;
  deps.deadlines.watch(deadline);
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  const fetched = new Map(state.media);
  const queue = [...missing];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next && !state.mediaRefusal; next = queue.shift()) {
      const medium = await fetchOne(deps, context, state, next, stop.signal);
      if (!(medium instanceof Refusal)) fetched.set(next.url, medium);
      else {
        state.mediaRefusal ??= medium;
        stop.abort();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    deps.deadlines.forget(deadline);
    signal.removeEventListener('abort', leave);
  }
  if (state.mediaRefusal) throw state.mediaRefusal;
  state.media = fetched;
}

async function fetchOne(
  deps: RelayDeps,
  context: Inspected,
  state: ChatState,
  { url, path }: MediumToFetch,
  signal: AbortSignal,
): Promise<FetchedMedium | Refusal> {
  const { media, relay, overload } = context.snapshot.settings;
  const take = (bytes: number): boolean => {
    // As base64, which is what stays of them. Given back when the request is settled.
    const held = Math.ceil((bytes * 4) / 3);
    state.mediaBytes += held;
    holdBytes(deps, context, held);
    return state.mediaBytes <= relay.maxBodyBytes && deps.load.bufferedBytes < overload.maxBufferedBytes;
  };
  const answer = await deps.fetchPublic(url, { ...media.fetch, signal, take });
  if ('why' in answer) return refusalOf(deps, context, state, url, path, answer);
  const { bytes, mediaType } = answer;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return { mediaType: mediaType ?? 'application/octet-stream', data };
}

/** What the gateway knows better than the one that fetches: its own limit of a body, and that its own time is over. */
const problems: Partial<Record<FetchFailure['why'], (maxBodyBytes: number) => string>> = {
  room: (maxBodyBytes) => `all files together are larger than ${maxBodyBytes} bytes`,
  aborted: () => 'the request took longer than the gateway allows',
};

/** What the client is told: nothing of addresses, nor of anything a public host would not tell everybody. */
function refusalOf(
  deps: RelayDeps,
  context: Inspected,
  state: ChatState,
  url: string,
  path: string,
  failure: FetchFailure,
): Refusal {
  if (deps.load.shuttingDown)
    return new Refusal('shutting_down', 'The gateway is shutting down.', { retryAfterMs: 2000 });
  const { relay } = context.snapshot.settings;
  if (failure.why === 'room' && state.mediaBytes <= relay.maxBodyBytes)
    return new Refusal('overloaded', 'The gateway is overloaded. Try again shortly.', { retryAfterMs: 2000 });
  const host = URL.parse(url)?.hostname ?? '';
  const { why, detail } = failure;
  if (why !== 'aborted')
    deps.log.warn({ requestId: context.call.id, host, why, detail }, 'a file named by a request was not fetched');
  const file = host === '' ? 'A file' : `The file at ${shorten(host)}`;
  const problem = problems[why]?.(relay.maxBodyBytes) ?? failure.problem;
  return why === 'url' || why === 'address'
    ? new Refusal('media_url_not_allowed', `${file} is not fetched: ${problem}.`, { param: path })
    : new Refusal('media_fetch_failed', `${file} could not be fetched: ${problem}.`, { param: path });
}

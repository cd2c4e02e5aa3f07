import { getOnce } from '../upstream/get-once.ts';
import {
  aborted,
  allowanceOf,
  connectMs,
  failed,
  follow,
  isFailure,
  ownHeaders,
  redirecting,
  timedOut,
  type Errand,
  type FetchFailure,
  type FetchPublicOptions,
  type Get,
} from './fetch-public.ts';

export type OpenLimits = {
  /** Until the first byte of the answer, name resolution and redirects included. */
  readonly timeoutMs: number;
  readonly ports: readonly number[];
  readonly allowPrivate: readonly string[];
  /** Part of the file, in HTTP's own words (`bytes=0-99`). */
  readonly range?: string | undefined;
  /** Ends it, also while the body comes. */
  readonly signal?: AbortSignal | undefined;
};

/** A file that has begun to come. */
export type Opened = {
  /** 206 of a part; 416 where there is no such part. */
  readonly status: 200 | 206 | 416;
  readonly headers: ReadonlyMap<string, string>;
  /** Read as fast as its reader takes it; breaks when its server does. */
  readonly body: ReadableStream<Uint8Array>;
};

/** Opens what a URL of somebody else's choice names, to be passed on as it comes. Never throws. */
export type OpenPublic = (url: string, limits: OpenLimits) => Promise<Opened | FetchFailure>;

/** Under the same guard as `createFetchPublic`, for files that are too large to be held. */
export function createOpenPublic(options: FetchPublicOptions): OpenPublic {
  return async (url, limits) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(timedOut), limits.timeoutMs);
    const leave = (): void => stop.abort(aborted);
    limits.signal?.addEventListener('abort', leave, { once: true });
    if (limits.signal?.aborted) leave();
    const errand = { options, ports: limits.ports, stop: stop.signal, allowed: allowanceOf(limits.allowPrivate) };
    const opened = await follow(url, errand, opener(limits.range));
    clearTimeout(timer);
    if (isFailure(opened)) limits.signal?.removeEventListener('abort', leave);
    return opened;
  };
}

const opener =
  (range: string | undefined): Get<Opened> =>
  (target, address, { stop, options }: Errand) =>
    new Promise((resolve) => {
      let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
      let begun = false;
      let idle: Timer | undefined;
      const wait = (): void => {
        clearTimeout(idle);
        idle = setTimeout(() => end(timedOut), options.idleMs ?? 10_000);
      };
      wait();
      const headers = range === undefined ? ownHeaders : { ...ownHeaders, range };
      const { path, server } = target;
      const onStop = (): void => end(stop.reason as FetchFailure);
      const end = (failure: FetchFailure | undefined): void => {
        clearTimeout(idle);
        stop.removeEventListener('abort', onStop);
        call.close();
        if (!begun) resolve(failure ?? failed('connection', 'its server said nothing'));
        else if (failure) controller?.error(new Error(failure.problem));
        else controller?.close();
        controller = undefined;
      };
      const begin = (status: 200 | 206 | 416, all: ReadonlyMap<string, string>): void => {
        begun = true;
        const body = new ReadableStream<Uint8Array>({
          start(given) {
            controller = given;
          },
          pull: () => {
            wait();
            call.resume();
          },
          cancel: () => {
            controller = undefined;
            end(aborted);
          },
        });
        resolve({ status, headers: all, body });
      };
      const call = getOnce(
        { server: { ...server, address }, path, headers, connectTimeoutMs: connectMs, ca: options.ca },
        {
          head(status, all) {
            wait();
            const location = all.get('location');
            const coding = all.get('content-encoding')?.toLowerCase() ?? 'identity';
            if (redirecting.has(status) && location !== undefined) {
              begun = true;
              resolve({ location, from: target.url });
              end(undefined);
            } else if (coding !== 'identity') end(failed('encoding', 'its server packed it unasked'));
            else if (status === 200 || status === 206 || status === 416) begin(status, all);
            else end(failed('status', `its server answered with status ${status}`));
          },
          data(chunk) {
            wait();
            controller?.enqueue(chunk);
            if (controller && (controller.desiredSize ?? 1) <= 0) {
              // Nobody waits for the server while its reader is behind.
              call.pause();
              clearTimeout(idle);
            }
          },
          end: () => end(undefined),
          fail: (cause, message) =>
            end(
              failed(
                'connection',
                'its server could not be reached or broke off',
                `${cause} at ${address}: ${message}`,
              ),
            ),
        },
      );
      stop.addEventListener('abort', onStop);
      if (stop.aborted) onStop();
    });

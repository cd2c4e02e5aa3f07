import { canonicalAddress, inRanges, parseRange, type IpRange } from '../domain/ip-match.ts';
import { isPublicAddress } from '../domain/public-address.ts';
import { getOnce } from '../upstream/get-once.ts';
import { mediaTypeOf } from './media-type.ts';
import { readTarget, type Target } from './read-target.ts';

/** What one fetch is held to. */
export type FetchLimits = {
  readonly maxBytes: number;
  /** For the whole fetch, name resolution and redirects included. */
  readonly timeoutMs: number;
  readonly ports: readonly number[];
  /** IP addresses, CIDR networks and host names that are asked although they are not public. */
  readonly allowPrivate: readonly string[];
  /** Ends the fetch. */
  readonly signal?: AbortSignal | undefined;
  /** Told of bytes as they arrive; false ends the fetch, because there is no room for them. */
  readonly take?: ((bytes: number) => boolean) | undefined;
};

export type Fetched = { readonly bytes: Uint8Array; readonly mediaType: string | undefined };

/** Why a URL was not fetched. */
export type FetchFailure = {
  /**
   * `url`: it may not be asked, as its text tells; `address`: its host has no address that is public (which includes
   * names that do not exist, so that nobody can learn the names of an internal network here); `room`: `take` said no.
   */
  readonly why:
    | 'url'
    | 'address'
    | 'connection'
    | 'status'
    | 'encoding'
    | 'redirects'
    | 'too_large'
    | 'timeout'
    | 'room'
    | 'aborted';
  /** For whoever gave the URL. Names no address. */
  readonly problem: string;
  /** For logs: may name addresses, never a path or a query. */
  readonly detail: string;
};

/** Fetches what a URL of somebody else's choice names. See {@link createFetchPublic}. */
export type FetchPublic = (url: string, limits: FetchLimits) => Promise<Fetched | FetchFailure>;

export type FetchPublicOptions = {
  /** All IP addresses of a host; rejects when there are none. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Certificate authorities (PEM) to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** Longest silence of a server; 10 s by default. */
  readonly idleMs?: number | undefined;
};

const maxRedirects = 3;
/** Addresses of one host that are tried in turn. */
const maxAddresses = 3;
export const connectMs = 5000;

/** The same whoever asks: nothing of the client's goes along. */
export const ownHeaders = {
  accept: '*/*',
  'accept-encoding': 'identity',
  connection: 'close',
  'user-agent': 'Tollgate',
};

/**
 * The one way to ask a URL that a user can influence. The host is resolved once; when only one of its addresses is not
 * public it is not asked at all; the connection goes to an address that was checked, whatever the name means a moment
 * later; every redirect goes through the same again. GET without cookies, credentials or anything of the client's. The
 * size is counted while reading, and packed answers are refused, since they might unfold. No proxy is used, because a
 * proxy would resolve the name anew. Never throws.
 */
export function createFetchPublic(options: FetchPublicOptions): FetchPublic {
  return async (url, limits) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(timedOut), limits.timeoutMs);
    const leave = (): void => stop.abort(aborted);
    limits.signal?.addEventListener('abort', leave);
    if (limits.signal?.aborted) leave();
    try {
      return await follow<Fetched>(
        url,
        { options, ports: limits.ports, stop: stop.signal, allowed: allowanceOf(limits.allowPrivate) },
        (target, address, errand) => get(target, address, errand, limits),
      );
    } finally {
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', leave);
    }
  };
}

/** What one question is held to, wherever it leads. */
export type Errand = {
  readonly options: FetchPublicOptions;
  readonly ports: readonly number[];
  readonly stop: AbortSignal;
  readonly allowed: Allowance;
};

export const failed = (why: FetchFailure['why'], problem: string, detail = problem): FetchFailure => ({
  why,
  problem,
  detail,
});
export const timedOut = failed('timeout', 'it did not arrive in time');
export const aborted = failed('aborted', 'it is not wanted any more');

export const isFailure = (value: object): value is FetchFailure => 'why' in value;

/** Asks one address of a host. */
export type Get<T> = (target: Target, address: string, errand: Errand) => Promise<T | Redirect | FetchFailure>;

/** Asks whoever a URL names, and whoever they send on to; each is checked like the first. */
export async function follow<T extends object>(text: string, errand: Errand, get: Get<T>): Promise<T | FetchFailure> {
  let target = readTarget(text, errand.ports);
  for (let redirects = 0; ; redirects += 1) {
    const answer = typeof target === 'string' ? failed('url', target) : await ask(target, errand, get);
    if (isFailure(answer))
      return redirects === 0 ? answer : { ...answer, problem: `after a redirect, ${answer.problem}` };
    if (!('location' in answer)) return answer;
    if (redirects === maxRedirects) return failed('redirects', `it redirects more than ${maxRedirects} times`);
    target = readTarget(answer.location, errand.ports, answer.from);
  }
}

export type Redirect = { readonly location: string; readonly from: URL };

/** Asks one host: each of its addresses until a connection stands. */
async function ask<T extends object>(
  target: Target,
  errand: Errand,
  get: Get<T>,
): Promise<T | Redirect | FetchFailure> {
  const addresses = await addressesOf(target, errand);
  if ('why' in addresses) return addresses;
  let last: FetchFailure = noAddress('no addresses');
  for (const address of addresses.slice(0, maxAddresses)) {
    const answer = await get(target, address, errand);
    if (!isFailure(answer) || answer.why !== 'connection') return answer;
    last = answer;
  }
  return last;
}

const noAddress = (detail: string): FetchFailure => failed('address', 'its host has no public address', detail);

/** Where the host may be asked: all its addresses, IPv4 first, or none at all when one of them must not be. */
async function addressesOf(target: Target, errand: Errand): Promise<readonly string[] | FetchFailure> {
  const { literal, server } = target;
  let found: readonly string[];
  if (literal !== undefined) found = [literal];
  else {
    const resolved = await unlessStopped(errand.options.resolve(server.host), errand.stop);
    if ('why' in resolved) return resolved;
    found = resolved;
  }
  const addresses = new Set<string>();
  for (const text of found) {
    const address = canonicalAddress(text);
    if (address === undefined || !mayAsk(address, server.host, errand.allowed))
      return noAddress(`${text} is not public`);
    addresses.add(address);
  }
  return [...addresses].toSorted((one, other) => Number(one.includes(':')) - Number(other.includes(':')));
}

/** Name resolution cannot be cancelled, but nobody has to wait for it. */
function unlessStopped(
  resolving: Promise<readonly string[]>,
  stop: AbortSignal,
): Promise<readonly string[] | FetchFailure> {
  return new Promise((resolve) => {
    const onStop = (): void => resolve(stop.reason as FetchFailure);
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
    resolving
      .then(resolve, (error: unknown) => resolve(noAddress(error instanceof Error ? error.message : String(error))))
      .finally(() => stop.removeEventListener('abort', onStop));
  });
}

type Allowance = { readonly hosts: ReadonlySet<string>; readonly networks: readonly IpRange[] };

export function allowanceOf(entries: readonly string[]): Allowance {
  const hosts = new Set<string>();
  const networks: IpRange[] = [];
  for (const entry of entries) {
    const network = parseRange(entry);
    if (network) networks.push(network);
    else hosts.add(entry.toLowerCase());
  }
  return { hosts, networks };
}

const mayAsk = (address: string, host: string, { hosts, networks }: Allowance): boolean =>
  isPublicAddress(address) || hosts.has(host) || inRanges(address, networks);

export const redirecting = new Set([301, 302, 303, 307, 308]);

/** One GET to one address. */
function get(
  target: Target,
  address: string,
  { stop, options }: Errand,
  { maxBytes, take }: FetchLimits,
): Promise<Fetched | Redirect | FetchFailure> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    let contentType: string | undefined;
    const settle = (answer: Fetched | Redirect | FetchFailure): void => {
      clearTimeout(idle);
      stop.removeEventListener('abort', onStop);
      call.close();
      resolve(answer);
    };
    const onStop = (): void => settle(stop.reason as FetchFailure);
    const idle = setTimeout(() => settle(timedOut), options.idleMs ?? 10_000);
    const tooLarge = (): void => settle(failed('too_large', `it is larger than ${maxBytes} bytes`));
    const { path, server } = target;
    const call = getOnce(
      { server: { ...server, address }, path, headers: ownHeaders, connectTimeoutMs: connectMs, ca: options.ca },
      {
        head(status, all) {
          idle.refresh();
          const location = all.get('location');
          const coding = all.get('content-encoding')?.toLowerCase() ?? 'identity';
          if (redirecting.has(status) && location !== undefined) settle({ location, from: target.url });
          else if (status !== 200) settle(failed('status', `its server answered with status ${status}`));
          else if (coding !== 'identity') settle(failed('encoding', 'its server packed it unasked'));
          else if (Number(all.get('content-length') ?? 0) > maxBytes) tooLarge();
          else contentType = all.get('content-type');
        },
        data(chunk) {
          idle.refresh();
          size += chunk.length;
          if (size > maxBytes) tooLarge();
          else if (take?.(chunk.length) === false) settle(failed('room', 'there is no room for it'));
          else chunks.push(chunk);
        },
        end() {
          const bytes = Buffer.concat(chunks);
          settle({ bytes, mediaType: mediaTypeOf(contentType, bytes) });
        },
        fail: (cause, message) =>
          settle(
            failed('connection', 'its server could not be reached or broke off', `${cause} at ${address}: ${message}`),
          ),
      },
    );
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
  });
}

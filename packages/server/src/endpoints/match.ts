import type { CallTarget, EndpointRoute } from '../relay/call.ts';
import type { Endpoint } from '../relay/endpoint.ts';

/** What a method and a path come to: an endpoint, one that takes other methods only, or none. */
export type Match =
  | { readonly endpoint: Endpoint; readonly target: CallTarget }
  | { readonly wrongMethod: Endpoint }
  | undefined;

/** Finds the endpoint of a request. `query` and `headers` are only read where an endpoint cares for them. */
export type Matcher = (
  method: string,
  path: string,
  query: () => URLSearchParams,
  headers?: Pick<Headers, 'has'>,
) => Match;

type Entry = { readonly endpoint: Endpoint; readonly route: EndpointRoute };
/** Each of `variants` is asked by whoever sends its header, each of `queried` by whoever's query says so. */
type Plain = Entry & { variants?: Entry[]; queried?: readonly Entry[] };
type Pattern = Entry & { readonly pattern: RegExp; readonly names: readonly string[] };

/**
 * Builds the look-up for a table of endpoints: paths without parameters by one look into a map, the others by their
 * patterns in turn. Two endpoints for one method and path do not start.
 */
export function createMatcher(table: readonly Endpoint[]): Matcher {
  const plain = new Map<string, Plain>();
  const variants: (Entry & { readonly key: string })[] = [];
  /** Those that are told apart by their queries. */
  const queried = new Map<string, Entry[]>();
  const methodsOf = new Map<string, Endpoint>();
  const patterns: Pattern[] = [];
  const seen = new Set<string>();
  for (const endpoint of table) {
    for (const route of endpoint.routes) {
      const place = `${route.method} ${route.path.replaceAll(/\{\w+/g, '{')}${route.query ? JSON.stringify(route.query) : ''}${route.header ?? ''}`;
      if (seen.has(place)) throw new Error(`two endpoints for ${place}`);
      seen.add(place);
      if (route.path.includes('{')) patterns.push({ endpoint, route, ...patternOf(route.path) });
      else if (route.header !== undefined) variants.push({ key: `${route.method} ${route.path}`, endpoint, route });
      else if (route.query) {
        const key = `${route.method} ${route.path}`;
        queried.set(key, [...(queried.get(key) ?? []), { endpoint, route }]);
        methodsOf.set(route.path, endpoint);
      } else {
        plain.set(`${route.method} ${route.path}`, { endpoint, route });
        methodsOf.set(route.path, endpoint);
      }
    }
  }

  for (const variant of variants) {
    const entry = plain.get(variant.key);
    if (!entry) throw new Error(`nobody serves ${variant.key} without a header`);
    (entry.variants ??= []).push(variant);
  }
  for (const [key, entries] of queried) {
    const entry = plain.get(key);
    if (entry) entry.queried = entries;
  }
  // Whoever is told by a header is asked first.
  patterns.sort((a, b) => Number(b.route.header !== undefined) - Number(a.route.header !== undefined));

  return (method, path, query, headers) => {
    const entry = plain.get(`${method} ${path}`);
    if (entry) {
      const other =
        entry.variants?.find((one) => sends(headers, one)) ??
        entry.queried?.find(({ route }) => says(query(), route.query));
      return found(other ?? entry, noParams, query);
    }
    const asked = queried.get(`${method} ${path}`)?.find(({ route }) => says(query(), route.query));
    if (asked) return found(asked, noParams, query);
    let other = methodsOf.get(path);
    if (other) return { wrongMethod: other };
    for (const one of patterns) {
      const matched = one.pattern.exec(path);
      if (!matched || !sends(headers, one)) continue;
      if (one.route.method === method) return found(one, paramsOf(one.names, matched), query);
      other ??= one.endpoint;
    }
    return other && { wrongMethod: other };
  };
}

const sends = (headers: Pick<Headers, 'has'> | undefined, { route: { header } }: Entry): boolean =>
  header === undefined || headers?.has(header) === true;

const says = (query: URLSearchParams, wanted: EndpointRoute['query'] = {}): boolean =>
  Object.entries(wanted).every(([name, value]) => query.get(name) === value);

function found({ endpoint, route }: Entry, params: CallTarget['params'], query: () => URLSearchParams): Match {
  const { stream, action } = route;
  const framing = endpoint.framing?.(query(), stream === true) ?? 'sse';
  return { endpoint, target: { params, stream, framing, ...(action !== undefined && { action }) } };
}

const noParams: CallTarget['params'] = {};

function patternOf(path: string): { readonly pattern: RegExp; readonly names: readonly string[] } {
  const names: string[] = [];
  const source = path.replaceAll(
    /\{(\w+)(\+?)\}|[^{]+/g,
    (piece, name: string | undefined, many: string | undefined) => {
      if (name === undefined) return RegExp.escape(piece);
      names.push(name);
      return many === '+' ? '(.+)' : '([^/]+)';
    },
  );
  return { pattern: new RegExp(`^${source}$`), names };
}

function paramsOf(names: readonly string[], matched: RegExpExecArray): CallTarget['params'] {
  return Object.fromEntries(names.map((name, index) => [name, decoded(matched[index + 1] ?? '')]));
}

/** A segment of a path, decoded; one that cannot be stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

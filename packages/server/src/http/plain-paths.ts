import type { BunRequest, Server } from 'bun';

/*
 * Bun's `request.url` is what a browser makes of an address: dot segments are resolved and backslashes are slashes, also
 * where they are percent-encoded. Only its router matches the path as it was sent, so the routes here take a path apart into
 * its segments, and what a proxy in front may have read in another way is refused.
 */

/** Deeper ones are nobody's. */
const maxSegments = 16;

type Answer<S> = (request: Request, server: Server<S>) => MaybePromise<Response | undefined>;
type MaybePromise<T> = T | Promise<T>;

/**
 * What `Bun.serve` takes to let plain paths through to `answer` and everything else to `refuse`: no `.` or `..`, no
 * backslash, no fragment, encoded or not, and no empty segment but a last one.
 *
 * @param exact paths that are matched as they stand, without being taken apart: the busy ones
 */
export function plainPaths<S>(
  exact: readonly string[],
  answer: Answer<S>,
  refuse: () => Response,
): { readonly routes: Record<string, Answer<S>>; readonly fetch: Answer<S> } {
  const checked: Answer<S> = (request, server) => {
    const { params } = request as BunRequest;
    for (const name in params) {
      const segment: unknown = params[name];
      if (typeof segment === 'string' && !isPlainSegment(segment)) return refuse();
    }
    return answer(request, server);
  };
  const routes: Record<string, Answer<S>> = { '/': answer };
  let path = '';
  for (let depth = 1; depth <= maxSegments; depth += 1) {
    path += `/:s${depth}`;
    routes[path] = checked;
    routes[`${path}/`] = checked;
  }
  for (const one of exact) routes[one] = answer;
  return { routes, fetch: refuse };
}

/** Whether a segment of a path, decoded, is one to everybody who reads it. A slash may be in it: ids of models have them. */
export function isPlainSegment(segment: string): boolean {
  if (segment.includes('\\') || segment.includes('#')) return false;
  return !segment.includes('.') || !/(?:^|\/)\.{1,2}(?:\/|$)/.test(segment);
}

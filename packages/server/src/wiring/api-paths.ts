import { endpoints } from '../endpoints/index.ts';
import { isBalancePath } from '../http/v1/look-ups.ts';

/** The paths that the server matches as they stand, without taking them apart. */
export const busyPaths: readonly string[] = endpoints
  .flatMap(({ routes }) => routes.map(({ path }) => path))
  .filter((path) => !path.includes('{'));

/** What belongs to applications: the first segments of all that endpoints have, in any version of a protocol. */
const apiRoots: ReadonlySet<string> = new Set([
  'v1',
  'v1beta',
  'v2',
  ...endpoints.flatMap(({ routes }) =>
    routes.filter(({ path }) => path.lastIndexOf('/') > 0).map(({ path }) => rootOf(path)),
  ),
]);

/** Whether a path is asked by applications, and not by people or who watches. */
export const isApi = (path: string): boolean =>
  (apiRoots.has(rootOf(path)) && (path.lastIndexOf('/') > 0 || path === '/v1')) || isBalancePath(path);

/** The path of an absolute URL; `new URL` would cost a microsecond for each request. */
export function pathOf(url: string): string {
  // A request without a Host (HTTP/1.0, as some load balancers probe with) has no more than its path here.
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('//') + 2);
  if (start < 0) return '/';
  const query = url.indexOf('?', start);
  return query < 0 ? url.slice(start) : url.slice(start, query);
}

function rootOf(path: string): string {
  const end = path.indexOf('/', 1);
  return end < 0 ? path.slice(1) : path.slice(1, end);
}

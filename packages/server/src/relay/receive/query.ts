/** The query of a request's address, which is no more than a path where the request has no Host (or an impossible one). */
export function queryOf(url: string): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at));
}

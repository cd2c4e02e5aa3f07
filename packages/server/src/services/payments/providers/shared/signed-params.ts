import { CallbackRefused, type CallbackCall } from '../../adapter.ts';

/** Parameters of a callback, from its address or its form. */
export function readParams({ method, query, body }: CallbackCall): ReadonlyMap<string, string> {
  const given = method === 'get' ? query : new URLSearchParams(new TextDecoder().decode(body));
  const params = new Map<string, string>();
  for (const [name, value] of given) {
    // Which of two would have been signed?
    if (params.has(name)) throw new CallbackRefused(`the parameter ${name.slice(0, 40)} is there twice`);
    params.set(name, value);
  }
  return params;
}

/** What is signed of parameters: those that are filled, sorted, but the signature and its kind. */
export const textToSign = (params: Iterable<readonly [string, string]>): string =>
  [...params]
    .filter(([name, value]) => value !== '' && name !== 'sign' && name !== 'sign_type')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

import { afterAll } from 'bun:test';
import { createMatcher } from '@tollgate/server/endpoints/match';
import { endpoints } from '@tollgate/server/endpoints/index';

/** An official SDK, by the language it is written in; `none` is a request that no SDK makes. */
export type Sdk =
  | 'openai-js'
  | 'anthropic-js'
  | 'google-js'
  | 'cohere-js'
  | 'ai-js'
  | 'openai-python'
  | 'anthropic-python'
  | 'google-python'
  | 'cohere-python'
  | 'none';

const match = createMatcher(endpoints);

/** The id of the endpoint that serves a request; undefined for what is none of the table. */
export function endpointOf(method: string, url: string, headers: Headers): string | undefined {
  const { pathname, searchParams } = new URL(url);
  const found = match(method, pathname, () => searchParams, headers);
  return found && 'endpoint' in found ? found.endpoint.id : undefined;
}

/** Which official SDK sends these headers: each of them names itself. */
export function sdkOf(headers: Headers): Sdk {
  const python = /python/i;
  const agent = headers.get('user-agent') ?? '';
  const google = headers.get('x-goog-api-client') ?? '';
  const language = (text: string): 'js' | 'python' => (python.test(text) ? 'python' : 'js');
  if (/OpenAI\//i.test(agent)) return `openai-${language(agent)}`;
  if (/^(Async)?Anthropic\//.test(agent)) return `anthropic-${language(agent)}`;
  // Google's of Python does not name itself when it sends the pieces of a file.
  if (headers.has('x-goog-upload-command') && agent.startsWith('python-httpx')) return 'google-python';
  if (google.includes('google-genai-sdk')) return `google-${language(google)}`;
  if (headers.has('x-fern-sdk-name')) return `cohere-${language(headers.get('x-fern-language') ?? '')}`;
  return agent.startsWith('ai/') ? 'ai-js' : 'none';
}

/** What was asked of the gateway, endpoint for endpoint, by which SDK. */
export type Asked = {
  /** Writes a request down that does not go through `fetch`: another process's, or a WebSocket's. */
  note(sdk: Sdk, endpoint: string): void;
  /** Ids of endpoints by SDK, sorted; without what no SDK asked. */
  bySdk(): Readonly<Partial<Record<Sdk, readonly string[]>>>;
};

/**
 * Watches `fetch`, through which the SDKs of JavaScript ask, until the tests of this file are over. Begin before clients are made: they
 * keep the function.
 */
export function watchEndpoints(): Asked {
  const real = globalThis.fetch;
  const seen = new Map<Sdk, Set<string>>();
  const note = (sdk: Sdk, endpoint: string): void => {
    seen.set(sdk, (seen.get(sdk) ?? new Set()).add(endpoint));
  };
  const watched = (...[input, init]: Parameters<typeof fetch>): Promise<Response> => {
    const sent = input instanceof Request ? input : undefined;
    const url = input instanceof Request ? input.url : input.toString();
    const headers = new Headers(init?.headers ?? sent?.headers);
    const endpoint = endpointOf(init?.method ?? sent?.method ?? 'GET', url, headers);
    if (endpoint !== undefined) note(sdkOf(headers), endpoint);
    return real(input, init);
  };
  globalThis.fetch = Object.assign(watched, { preconnect: real.preconnect });
  afterAll(() => void (globalThis.fetch = real));
  return {
    note,
    bySdk: () =>
      Object.fromEntries(
        [...seen].filter(([sdk]) => sdk !== 'none').map(([sdk, ids]) => [sdk, [...ids].toSorted()] as const),
      ),
  };
}

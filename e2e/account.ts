import type { Gateway } from './gateway.ts';

/** Root of the gateways under test. */
export const root = { email: 'root@example.com', password: 'correct horse battery' } as const;

/** For `GatewayOptions.commands`. */
export const setUpRoot: readonly (readonly string[])[] = [
  ['setup', '--email', root.email, '--password', root.password],
];

/** Runs a command that must succeed and prints JSON. */
export async function runJson<T>(gateway: Pick<Gateway, 'run'>, ...args: readonly string[]): Promise<T> {
  const { code, out, err } = await gateway.run(...args, '--json');
  if (code !== 0) throw new Error(`tollgate ${args.join(' ')} exited with ${code}\n${out}${err}`);
  return JSON.parse(out) as T;
}

export type Verification = { readonly unexplained: number; readonly problems: readonly unknown[] };

/** What `tollgate verify --json` says of the books, whatever its exit code. */
export async function verify(gateway: Pick<Gateway, 'run'>): Promise<Verification> {
  const { out, err } = await gateway.run('verify', '--json');
  try {
    const { unexplained, problems } = JSON.parse(out) as Verification;
    return { unexplained, problems };
  } catch {
    throw new Error(`tollgate verify printed no JSON\n${out}${err}`);
  }
}

/** Books that agree. */
export const balanced: Verification = { unexplained: 0, problems: [] };

/** The admin API as root, with an access token. */
export type Admin = {
  readonly userId: string;
  /** Fills root's wallet. */
  credit(usd: string): Promise<void>;
  /** Makes an API key of root's. */
  createKey(name: string): Promise<{ readonly id: string; readonly key: string }>;
  call<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: T }>;
  /** What an operation that answers with events says within so many ms. */
  watch(path: string, forMs: number): Promise<string>;
};

/** Signs root in and makes an access token, as a script would. */
export async function openAdmin(gateway: Pick<Gateway, 'url'>): Promise<Admin> {
  const send = async <T>(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: T; headers: Headers }> => {
    const response = await fetch(`${gateway.url}/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // Some operations answer with a file, which is its text here.
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      body: (text === '' ? undefined : isJson ? JSON.parse(text) : text) as T,
      headers: response.headers,
    };
  };
  const session = await send<{ user: { id: string } }>('POST', '/session', root, { origin: gateway.url });
  const cookie = session.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const made = await send<{ token: string }>('POST', '/tokens', { name: 'e2e' }, { cookie, origin: gateway.url });
  if (made.status >= 300) throw new Error(`no access token: ${JSON.stringify([session.body, made.body])}`);
  const watch = async (path: string, forMs: number): Promise<string> => {
    const response = await fetch(`${gateway.url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${made.body.token}` },
      signal: AbortSignal.timeout(forMs),
    });
    let text = '';
    try {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
    }
    return text;
  };
  const call = async <T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> =>
    send<T>(method, path, body, { authorization: `Bearer ${made.body.token}` });
  const must = async <T>(method: string, path: string, body: unknown): Promise<T> => {
    const answer = await call<T>(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const userId = session.body.user.id;
  return {
    userId,
    credit: async (amountUsd) => {
      await must('POST', `/users/${userId}/credits`, { amountUsd });
    },
    createKey: (name) => must('POST', '/keys', { name }),
    call,
    watch,
  };
}

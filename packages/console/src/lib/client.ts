import type {
  Declaration,
  Declarations,
  FileDeclaration,
  JsonDeclaration,
  Method,
  RelayedDeclaration,
  Routes,
  Sent,
  Shown,
} from '@tollgate/contract/operations/declare';
import { proofHeader } from '@tollgate/contract/api/proof-header';
import { fillPath } from '@tollgate/contract/operations/path';

/** What an error of the admin API says; `status` 0 is a gateway that did not answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | undefined;
  readonly requestId: string | undefined;

  constructor(status: number, code: string, message: string, param?: string, requestId?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
    this.requestId = requestId;
  }
}

/** What follows a name: nothing needs to when no part of the call is required. */
type Rest<Input, Options> = Record<never, never> extends Input ? [input?: Input & Options] : [input: Input & Options];

/** The names of the operations of a kind. */
type NamesOf<Ops, Kind> = { readonly [N in keyof Ops]: Ops[N] extends Kind ? N : never }[keyof Ops];

/** What a link can be made of: a file, events or a redirect that are asked for with GET. */
type Linkable = Exclude<Declaration, JsonDeclaration | RelayedDeclaration> & { readonly method: 'get' };

export type Client<Ops> = {
  /** Calls an operation that answers with JSON. Throws {@link ApiError} for every answer that is no success. */
  call<N extends NamesOf<Ops, JsonDeclaration>>(
    name: N,
    ...rest: Rest<Sent<Ops[N]>, { readonly signal?: AbortSignal } & Reasoned>
  ): Promise<Shown<Ops[N]>>;
  /**
   * Calls an operation that hands on to an endpoint of the gateway. Its answer is the endpoint's, whatever its status, as it
   * comes. Throws {@link ApiError} when no answer came, and `AbortError` when the signal says so.
   */
  relay<N extends NamesOf<Ops, RelayedDeclaration>>(
    name: N,
    input: Sent<Ops[N]> & { readonly body: object; readonly signal?: AbortSignal },
  ): Promise<Response>;
  /**
   * Fetches the file of an operation, with a proof where one is asked for, which no link can carry. Throws {@link ApiError} for every answer
   * that is no success.
   */
  file<N extends NamesOf<Ops, FileDeclaration>>(name: N, ...rest: Rest<Sent<Ops[N]>, unknown>): Promise<NamedFile>;
  /** The address of an operation that answers with a file, events or a redirect: for a link or an event source. */
  address<N extends NamesOf<Ops, Linkable>>(name: N, ...rest: Rest<Sent<Ops[N]>, unknown>): string;
};

/** Why a call is made, for the audit log. */
export type Reasoned = { readonly reason?: string | undefined };

/** A file and the name that it is to be saved under. */
type NamedFile = { readonly name: string; readonly content: Blob };

/** A call with its types gone. */
type AnyInput = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly proof?: string | undefined;
  readonly reason?: string | undefined;
};

/**
 * Calls the declared operations by their names. The shapes are the contract's word: client and server are inferred from it
 * together. `addressOf` makes an absolute address of a path below the gateway's own. `prove` gets a proof of who sits there
 * where one is asked for; the call is then made again.
 */
export function createClient<Ops extends Declarations>(
  routes: Routes<Ops>,
  addressOf: (path: string) => string,
  prove: (operation: string, params: Readonly<Record<string, string>>) => Promise<string | undefined>,
): Client<Ops> {
  const placeOf = (name: keyof Ops, { params, query = {} }: AnyInput): string => {
    const search = new URLSearchParams();
    for (const [field, value] of Object.entries(query))
      if (value !== undefined && value !== null) search.set(field, String(value));
    return addressOf(`api/v1${fillPath(routes[name][1], params)}${search.size === 0 ? '' : `?${search}`}`);
  };
  /** Makes a call, and once more with a proof where one is asked for. */
  async function proven<T>(
    name: keyof Ops,
    sent: AnyInput,
    make: (method: Method, place: string, input: AnyInput) => Promise<T>,
  ): Promise<T> {
    const attempt = (proof?: string) => make(routes[name][0], placeOf(name, sent), { ...sent, proof });
    return await attempt().catch(async (thrown: unknown) => {
      if (!(thrown instanceof ApiError && thrown.code === 'proof_required')) throw thrown;
      const proof = await prove(String(name), sent.params ?? {});
      if (proof === undefined) throw thrown;
      return await attempt(proof);
    });
  }
  return {
    // What a client of these operations may send is a special case of what any may.
    call: async (name, ...[input]) => (await proven(name, input ?? {}, send)) as Shown<Ops[typeof name]>,
    file: (name, ...[input]) => proven(name, input ?? {}, fetchFile),
    relay: (name, input) => {
      const sent: AnyInput = input;
      return ask(routes[name][0], placeOf(name, sent), sent);
    },
    address: (name, ...[input]) => placeOf(name, input ?? {}),
  };
}

async function fetchFile(method: Method, address: string, input: AnyInput): Promise<NamedFile> {
  const response = await ask(method, address, input);
  if (!response.ok) throw readError(response.status, await response.text());
  const [, name = 'file'] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  return { name, content: await response.blob() };
}

async function send(method: Method, address: string, input: AnyInput): Promise<unknown> {
  const response = await ask(method, address, input);
  const text = await response.text();
  if (!response.ok) throw readError(response.status, text);
  return text === '' ? undefined : JSON.parse(text);
}

/** Asks, and throws when there is no answer. */
async function ask(method: Method, address: string, { body, signal, proof, reason = '' }: AnyInput): Promise<Response> {
  const isForm = body instanceof FormData;
  try {
    return await fetch(address, {
      method: method.toUpperCase(),
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        // Of a form the browser says the type, with what parts it.
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...(proof !== undefined && { [proofHeader]: proof }),
        ...(reason !== '' && { 'tollgate-reason': encodeURIComponent(reason) }),
      },
      body: body === undefined ? null : isForm ? body : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'no_answer', 'The gateway does not answer. Check that it is running and reachable.');
  }
}

function readError(status: number, text: string): ApiError {
  const { error } = parseObject(text);
  if (!isObject(error)) return new ApiError(status, 'unknown', `The gateway answered ${status}.`);
  const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return new ApiError(
    status,
    word(error.code) ?? 'unknown',
    word(error.message) ?? `The gateway answered ${status}.`,
    word(error.param),
    word(error.requestId),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

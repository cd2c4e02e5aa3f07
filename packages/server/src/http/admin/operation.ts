import { access, type Access, type OperationName } from '@tollgate/contract/api/access';
import type { z } from 'zod';
import type { Actor } from '../../services/accounts/account-deps.ts';
import type { ClientInfo } from '../../services/accounts/sessions.ts';
import type { User } from '../../store/users.ts';

/** Who calls: a person by session cookie, or by a personal access token. */
export type Caller = {
  readonly user: User;
  readonly actor: Actor;
  readonly via: 'session' | 'token';
  readonly readOnly: boolean;
  /** Empty for a token. */
  readonly sessionId: string;
};

/** What a handler works with beside the parts of the request. */
export type OperationContext = {
  readonly client: ClientInfo;
  readonly requestId: string;
  /** The caller; only public operations may find none, and asking for it there is a bug. */
  caller(): Caller;
  /** Adds `Set-Cookie` lines to the answer. */
  setCookies(lines: readonly string[]): void;
};

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

export type OperationSpec<P, Q, B, A> = {
  readonly name: OperationName;
  readonly method: Method;
  /** Under `/api/v1`, parameters in braces: `/keys/{id}`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Undefined answers 204 without a body. What it does not name never leaves, whatever the handler returns. */
  readonly answer?: A;
};

/** An operation whose types are checked and gone: what the router serves and the documentation describes. */
export type Operation = Omit<OperationSpec<z.ZodType, z.ZodType, z.ZodType, z.ZodType>, 'name'> & {
  readonly name: OperationName;
  readonly access: Access;
  /** Runs on input that has been validated by the schemas above. */
  handle(input: { params: unknown; query: unknown; body: unknown }, context: OperationContext): Promise<unknown>;
};

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;
type In<S> = S extends z.ZodType ? z.input<S> : void;

/**
 * Declares one operation of the admin API. Its access comes from the one table in contract/api/access.ts; a name that
 * is not there does not compile, and does not start either.
 */
export function operation<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  A extends z.ZodType | undefined = undefined,
>(
  spec: OperationSpec<P, Q, B, A>,
  run: (ask: { params: Out<P>; query: Out<Q>; body: Out<B> }, context: OperationContext) => Promise<In<A>>,
): Operation {
  if (!Object.hasOwn(access, spec.name)) throw new Error(`operation ${spec.name} declares no access`);
  const { params, query, body, answer, ...rest } = spec;
  return {
    ...rest,
    access: access[spec.name],
    ...(params !== undefined && { params }),
    ...(query !== undefined && { query }),
    ...(body !== undefined && { body }),
    ...(answer !== undefined && { answer }),
    // The router has parsed each part with the very schema its type is made from.
    handle: (input, context) => run(input as { params: Out<P>; query: Out<Q>; body: Out<B> }, context),
  };
}

import type { Declarations, SchemaOf } from '@tollgate/contract/operations/declare';
import { may, type Permission, type Reach } from '@tollgate/contract/permissions';
import type { z } from 'zod';
import type { Actor } from '../../services/accounts/account-deps.ts';
import type { ClientInfo } from '../../services/accounts/client-info.ts';
import type { AccessToken } from '../../store/access-tokens.ts';
import type { User } from '../../store/users.ts';

/** Who calls: a person by session cookie, or by a personal access token. */
export type Caller = {
  readonly user: User;
  readonly actor: Actor;
  readonly via: 'session' | 'token';
  /** Empty for a token. */
  readonly sessionId: string;
  /** When its session was begun; 0 for a token. */
  readonly signedInAt: number;
  /** The token it calls by. */
  readonly token?: AccessToken | undefined;
};

/** Whether a caller has a permission, for what lies within an operation. */
export const callerMay = (caller: Caller, permission: Permission): boolean => may(permission, caller.actor);

/** What a handler works with beside the parts of the request. */
export type OperationContext = {
  readonly client: ClientInfo;
  readonly requestId: string;
  /** Aborted when the answer is of no use any more: the client left, may see no more, or the gateway stops. */
  readonly signal: AbortSignal;
  /** Adds `Set-Cookie` lines to the answer. */
  setCookies(lines: readonly string[]): void;
};

/** The context of an operation that is not public. */
export type CallerContext = OperationContext & {
  readonly caller: Caller;
  /** Whose things the caller reaches with the operation's permission. */
  readonly reach: Reach;
};

/** The context of an operation that hands its call on. */
export type RelayedContext = CallerContext & {
  /** As it came; its body is unread. */
  readonly request: Request;
};

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** The parts of a request, as their schemas have parsed them. */
type Received<D> = {
  readonly params: Output<SchemaOf<D, 'params'>>;
  readonly query: Output<SchemaOf<D, 'query'>>;
  readonly body: Output<SchemaOf<D, 'body'>>;
};

/** A file to save. */
export type FileAnswer<ContentType extends string = string> = {
  readonly contentType: ContentType;
  /** Under which it is saved, without a folder. */
  readonly name: string;
  /** Passed on as it comes; cancelled when the client leaves. */
  readonly bytes: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
};

/** What a handler returns: an answer to be checked by its schema, a file, events, or the address of a redirect. */
type Returned<D> = D extends { readonly kind: 'file'; readonly contentTypes: readonly (infer T extends string)[] }
  ? FileAnswer<T>
  : D extends { readonly kind: 'events'; readonly event: infer E extends z.ZodType }
    ? AsyncIterable<z.input<E>>
    : D extends { readonly kind: 'redirect' }
      ? string
      : D extends { readonly kind: 'relayed' }
        ? Response
        : SchemaOf<D, 'answer'> extends infer S extends z.ZodType
          ? z.input<S>
          : void;

/** Does what a declared operation says, and refuses by throwing a Refusal. */
export type Handler<D> = (
  received: Received<D>,
  context: D extends { readonly kind: 'relayed' }
    ? RelayedContext
    : D extends { readonly permission: 'public' }
      ? OperationContext
      : CallerContext,
) => Promise<Returned<D>>;

/** The handlers of an area: one for each operation it declares, and no other. */
export type Handlers<A extends Declarations> = { readonly [N in keyof A]: Handler<A[N]> };

import type { z } from 'zod';
import type { Permission } from '../permissions.ts';
import type { PathParams } from './path.ts';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

type Common = {
  readonly method: Method;
  /** Under `/api/v1`, parameters in braces: `/keys/{id}`. */
  readonly path: `/${string}`;
  /** `public` is open to anybody; it knows no caller. */
  readonly permission: Permission | 'public';
  /**
   * Shows or changes secrets, money or rights: a session must prove who sits there (`proofs.create`); where fields are
   * named, only when the body has one of them; where a parameter is, only when it is among some values. Access tokens,
   * which were made with a proof, need none.
   */
  readonly proof?:
    | true
    | { readonly fields: readonly [string, ...string[]] }
    | { readonly param: string; readonly among: readonly string[] };
  /** One line for the documentation. */
  readonly summary: string;
  /** Parameters of the path, all of them. */
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** Sent as JSON. */
  readonly body?: z.ZodType;
};

/** Answers with JSON, or with 204 and nothing when it declares no answer. */
export type JsonDeclaration = Common & {
  readonly kind?: 'json';
  /** What this does not name never leaves, whatever the handler returns. */
  readonly answer?: z.ZodType;
  /** Default 200. */
  readonly status?: 200 | 201 | 202;
};

/** Answers with a file to save, passed on as it is made. */
export type FileDeclaration = Common & {
  readonly kind: 'file';
  /** The types it may have, such as `text/csv`. */
  readonly contentTypes: readonly [string, ...string[]];
};

/** Answers with server-sent events until the client leaves or may no longer see them. */
export type EventsDeclaration = Common & {
  readonly kind: 'events';
  readonly method: 'get';
  /** The data of each event, as JSON. */
  readonly event: z.ZodType;
};

/** Sends the browser somewhere else. */
export type RedirectDeclaration = Common & {
  readonly kind: 'redirect';
  /** Default 302. */
  readonly status?: 302 | 303 | 307;
};

/**
 * Hands the call on to an endpoint that applications are served at, whose protocol body, answer and errors are in. What is
 * refused before it gets there is refused as everywhere in the admin API.
 */
export type RelayedDeclaration = Common & {
  readonly kind: 'relayed';
  readonly method: 'post';
  readonly body?: undefined;
  /** The endpoint's path. */
  readonly to: `/${string}`;
};

/** One operation of the admin API, as its caller sees it. */
export type Declaration =
  | JsonDeclaration
  | FileDeclaration
  | EventsDeclaration
  | RedirectDeclaration
  | RelayedDeclaration;

export type OperationKind = NonNullable<Declaration['kind']>;

/** Operations by their names, such as `keys.create`. */
export type Declarations = Readonly<Record<`${string}.${string}`, Declaration>>;

/** The parameters of a path are exactly the fields of `params`; a declaration where they differ does not compile. */
type WithParams<D> = D extends { readonly path: infer Path extends string }
  ? [PathParams<Path>] extends [never]
    ? { readonly params?: undefined }
    : { readonly params: z.ZodType<{ readonly [N in PathParams<Path>]: string }> }
  : never;

/** Declares the operations of an area. Types stay as exact as they are written: server and clients are inferred from them. */
export const declare = <const A extends Declarations>(area: A & { readonly [N in keyof A]: WithParams<A[N]> }): A =>
  area;

/** The schema that a declaration has for a part of a call; undefined without one. */
export type SchemaOf<D, Part extends 'params' | 'query' | 'body' | 'answer'> = D extends {
  readonly [P in Part]: infer S extends z.ZodType;
}
  ? S
  : undefined;

/** A part of what a client sends: absent when nothing is declared, optional when nothing in it is required. */
type SentPart<Part extends string, S> = S extends z.ZodType
  ? Record<never, never> extends z.input<S>
    ? { readonly [P in Part]?: z.input<S> }
    : { readonly [P in Part]: z.input<S> }
  : unknown;

/** What a client sends with a call. */
export type Sent<D> = SentPart<'params', SchemaOf<D, 'params'>> &
  SentPart<'query', SchemaOf<D, 'query'>> &
  SentPart<'body', SchemaOf<D, 'body'>>;

/** What a client gets from a call that answers with JSON; undefined when it answers 204. */
export type Shown<D> = SchemaOf<D, 'answer'> extends infer S extends z.ZodType ? z.output<S> : undefined;

/** What a client must know of operations at run time. Their schemas are types to it. */
export type Routes<Ops> = { readonly [N in keyof Ops]: readonly [method: Method, path: string] };

import type { ProtocolId } from '@tollgate/wire/protocol';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { z } from 'zod';
import type { SuffixFamily } from '@tollgate/wire/ir/model-suffix';
import type { Paths } from './path.ts';

/** How a provider speaks one protocol. */
export type Dialect = {
  readonly protocol: ProtocolId;
  /** Responses: the vendor keeps answers, which can be asked for and gone on from by their ids. */
  readonly stored?: boolean;
  /** Where each operation is asked; read by `pathFor` alone. */
  readonly paths: Paths;
  /** The request fields this vendor wants otherwise than the protocol's owner; each quirk names the page that forces it. */
  readonly quirks?: readonly Quirk[];
  /** False for a vendor that refuses `stream_options`. Default true. */
  readonly streamUsage?: boolean;
  /** Reads the provider's raw usage object where it deviates from the protocol's own reader. */
  usage?(raw: Readonly<Record<string, unknown>>): Usage | undefined;
};

/** A pure edit of the parsed body; returns its argument when it changes nothing. */
export type Quirk = {
  readonly name: string;
  readonly source: string;
  apply(body: Readonly<Record<string, unknown>>, model: string): Readonly<Record<string, unknown>>;
};

/** A call as it is about to be sent, for providers that sign each. */
export type UnsignedCall = {
  readonly method: string;
  /** With host and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** ms since the epoch. */
  readonly at: number;
};

type Values = Readonly<Record<string, string>>;

/**
 * A provider is data: this object draws the console's form, validates config files, routes, and signs.
 * Credentials and settings are flat zod objects; `.meta({ label, secret, placeholder, help })` describes each field.
 */
export type Provider<C extends z.ZodObject = z.ZodObject, S extends z.ZodObject = z.ZodObject> = {
  readonly id: string;
  readonly label: string;
  readonly docs: string;
  /**
   * As the vendor's official SDK has it (OpenAI's with `/v1`, Anthropic's and Gemini's without), `{name}` standing for a
   * setting; undefined when the administrator must give it.
   */
  readonly baseUrl: string | undefined;
  readonly credential: C;
  readonly settings: S;
  readonly dialects: readonly [Dialect, ...Dialect[]];
  /**
   * The family of the vendor's models whose names may end in how much to think (`-high`, `-thinking`), when the vendor
   * itself knows no such names: the ends are taken off and said in the request.
   */
  readonly suffixes?: SuffixFamily;
  /** Headers that authenticate a call; computed once per credential, not per request. */
  authorize(credential: z.output<C>, settings: z.output<S>): Values;
  /** Headers that authenticate this one call, put over the others; undefined where the credential needs no signature. */
  sign?(call: UnsignedCall, credential: z.output<C>, settings: z.output<S>): Values | Promise<Values> | undefined;
};

type Settings = Readonly<Record<string, unknown>>;

export type AnyProvider = Omit<Provider, 'authorize' | 'sign'> & {
  authorize(credential: Values, settings: Settings): Values;
  sign?(call: UnsignedCall, credential: Values, settings: Settings): Values | Promise<Values> | undefined;
};

/**
 * Checks a provider's types against each other, and forgets them: everybody else sees only {@link AnyProvider}.
 * `authorize` and `sign` parse what they are given, so they throw a ZodError on what was never checked.
 */
export function defineProvider<C extends z.ZodObject, S extends z.ZodObject>(provider: Provider<C, S>): AnyProvider {
  const { sign, ...rest } = provider;
  return {
    ...rest,
    authorize: (credential, settings) =>
      provider.authorize(provider.credential.parse(credential), provider.settings.parse(settings)),
    ...(sign && {
      sign: (call, credential, settings) =>
        sign(call, provider.credential.parse(credential), provider.settings.parse(settings)),
    }),
  };
}

import type { Operation, ProtocolId } from '@tollgate/wire/protocol';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { z } from 'zod';
import type { SuffixFamily } from '@tollgate/wire/ir/model-suffix';

/** Where a call goes, as a dialect sees it. */
export type DialectTarget = {
  readonly model: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether a stream is asked for; some protocols say so in the path. */
  readonly stream?: boolean | undefined;
};

/** How a provider speaks one protocol. */
export type Dialect = {
  readonly protocol: ProtocolId;
  /** Responses: the vendor keeps answers, which can be asked for and gone on from by their ids. */
  readonly stored?: boolean;
  /** Path (with query) after the base URL, beginning with `/`; undefined when the provider has no such operation. */
  path(operation: Operation, target: DialectTarget): string | undefined;
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

/**
 * A provider is data: this object draws the console's form, validates config files, routes, and signs.
 * Credentials and settings are flat zod objects; `.meta({ label, secret, placeholder, help })` describes each field.
 */
export type Provider<C extends z.ZodObject = z.ZodObject, S extends z.ZodObject = z.ZodObject> = {
  readonly id: string;
  readonly label: string;
  readonly docs: string;
  /** As the vendor's official SDK has it (OpenAI's with `/v1`, Anthropic's and Gemini's without); undefined when the administrator must give it. */
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
  authorize(credential: z.output<C>, settings: z.output<S>): Readonly<Record<string, string>>;
};

export type AnyProvider = Omit<Provider, 'authorize'> & {
  authorize(
    credential: Readonly<Record<string, string>>,
    settings: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, string>>;
};

/**
 * Checks a provider's types against each other, and forgets them: everybody else sees only {@link AnyProvider}.
 * `authorize` parses what it is given, so it throws a ZodError on a credential or settings that were never checked.
 */
export function defineProvider<C extends z.ZodObject, S extends z.ZodObject>(provider: Provider<C, S>): AnyProvider {
  return {
    ...provider,
    authorize: (credential, settings) =>
      provider.authorize(provider.credential.parse(credential), provider.settings.parse(settings)),
  };
}

import type { Json } from '@tollgate/wire/protocol';
import type { z } from 'zod';
import type { AccessPolicy } from '../../domain/access-policy.ts';

/** Who somebody is at a provider, as it says itself. */
export type Profile = {
  /** The provider's own id of them, which never becomes another's. */
  readonly subject: string;
  /** Only an address of which the provider says that it has verified it. */
  readonly email: string | undefined;
  readonly name: string | undefined;
  /** For people to recognise. */
  readonly label: string;
  /** All that was said, for access policies. */
  readonly claims: Json;
};

/** What a sign-in is bound to; each made for it alone. */
export type FlowSecrets = { readonly state: string; readonly nonce: string; readonly codeVerifier: string };

/** What somebody enters who signs in by a password that a directory knows. */
export type Credentials = { readonly login: string; readonly password: string };

/** What a provider works with for one method: opened settings and secrets, and the way out. */
export type SignInContext<S = unknown, K = unknown> = {
  readonly settings: S;
  readonly secrets: K;
  /** Asks the provider. Redirects are not followed, and it gives up in time. */
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  /** Where the provider sends the browser back to, exactly. */
  readonly redirectUri: string;
  /** Name of the method, for messages. */
  readonly name: string;
  /** ms since the epoch. */
  readonly now: number;
};

/** One kind of sign-in. */
export type SignInProvider<S = unknown, K = unknown> = {
  readonly id: string;
  readonly label: string;
  /** Where an application is registered there. */
  readonly docs: string;
  /** What an operator sets, and which of it is secret. */
  readonly settings: z.ZodType<S>;
  readonly secrets: z.ZodType<K>;
  /** Where the browser goes. */
  begin(context: SignInContext<S, K>, flow: FlowSecrets): Promise<URL>;
  /** Who it was, from the parameters with which the browser came back; throws a Refusal when that is not proved. */
  finish(context: SignInContext<S, K>, flow: FlowSecrets, answer: URLSearchParams): Promise<Profile>;
  /**
   * Who it is by a name and a password, for those that have no page of their own to go to; refuses with `invalid_credentials` who
   * it is not.
   */
  readonly check?: ((context: SignInContext<S, K>, credentials: Credentials) => Promise<Profile>) | undefined;
  /** Who of them may enter. */
  readonly policy?: ((settings: S) => AccessPolicy | undefined) | undefined;
  /** Settings by what the provider says of itself in a document, for those that have one; refuses one that makes no sense. */
  readonly readMetadata?: ((text: string) => Promise<Readonly<Record<string, string>>>) | undefined;
  /** Where the provider posts its answer, for those that do: registered there instead of the redirect URI. */
  readonly address?: ((redirectUri: string) => string) | undefined;
  /**
   * A text that stands for what was presented, where the provider itself would let it be presented twice; it is taken
   * once.
   */
  readonly once?: ((context: SignInContext, answer: URLSearchParams) => string) | undefined;
};

/** A provider with the types of its settings and secrets gone: they are parsed by its own schemas. */
export type AnySignInProvider = SignInProvider;

/** Closes a provider over its own schemas, so that what is stored is checked before it is used. */
export function defineSignIn<S, K>(provider: SignInProvider<S, K>): AnySignInProvider {
  const { settings, secrets, begin, finish, check, policy } = provider;
  const typed = (context: SignInContext): SignInContext<S, K> => ({
    ...context,
    settings: settings.parse(context.settings),
    secrets: secrets.parse(context.secrets),
  });
  return {
    id: provider.id,
    label: provider.label,
    docs: provider.docs,
    settings,
    secrets,
    begin: async (context, flow) => await begin(typed(context), flow),
    finish: async (context, flow, answer) => await finish(typed(context), flow, answer),
    check: check && (async (context, credentials) => await check(typed(context), credentials)),
    policy: policy && ((given) => policy(settings.parse(given))),
    once: provider.once,
    address: provider.address,
    readMetadata: provider.readMetadata,
  };
}

import type { FrameReader } from '@tollgate/wire/json/sse';
import type { Operation, ProtocolId, UpstreamFailure } from '@tollgate/wire/protocol';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { z } from 'zod';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import type { SuffixFamily } from '@tollgate/wire/models/suffix';
import type { BalanceQuery, CostReport, ModelLibrary, ModelListing } from './account.ts';
import type { AccountLogin } from './account-login.ts';
import type { Auth, KeyAuth } from './auth.ts';
import type { Path, Paths } from './path.ts';

/** How a provider speaks one protocol. */
export type Dialect = {
  readonly protocol: ProtocolId;
  /** The vendor keeps answers (Responses, tasks), which can be asked for and gone on from by their ids. */
  readonly stored?: boolean;
  /** Where each operation is asked; read by `pathFor` alone. */
  readonly paths: Paths;
  /** How its calls carry the account's key, where that is another way than the provider's other dialects'. */
  readonly auth?: KeyAuth;
  /** Where the videos, music and drawings that it makes are asked after, and pictures that it only begins. */
  readonly videos?: VideoPaths;
  /** How the first message of a session names its model; default `models/{model}`. Names stand for what they do in paths. */
  readonly modelPath?: string;
  /** Where operations are asked is said by the channel's rules (`routes.ts`) and not by `paths`. */
  readonly routed?: boolean;
  /** The request fields this vendor wants otherwise than the protocol's owner; each quirk names the page that forces it. */
  readonly quirks?: readonly Quirk[];
  /**
   * Headers of the protocol's own by which clients ask for more (`anthropic-beta`), as far as the vendor takes them. What
   * is not here does not reach it.
   */
  readonly clientHeaders?: Readonly<Record<string, ClientHeader>>;
  /** False for a vendor that refuses `stream_options`. Default true. */
  readonly streamUsage?: boolean;
  /** The vendor takes a fee for requests that its filter refuses before anything is generated, and the page that says so. */
  readonly refusalFee?: { readonly source: string };
  /** How the vendor's streams wrap the protocol's own events, where they do. */
  readonly wrapping?: Wrapping;
  /** The vendor only streams: an answer that is wanted whole is put together from its stream. */
  readonly streamOnly?: boolean;
  /** Reads refusals that are not the protocol's own, such as those of the cloud that a model runs in. */
  readError?(status: number, bodyText: string, header: (name: string) => string | undefined): UpstreamFailure;
  /** Reads the provider's raw usage object where it deviates from the protocol's own reader. */
  usage?(raw: Readonly<Record<string, unknown>>): Usage | undefined;
};

/** What there may be of a film beside itself, in the words of OpenAI's clients. */
export type VideoVariant = 'thumbnail' | 'spritesheet';

/** In them `{id}` stands for the vendor's name of a video, and `{file}` for that of its file. */
export type VideoPaths = {
  readonly status: Path;
  /** Where several are asked after at once, for vendors whose protocol names them in a query that follows this one. */
  readonly list?: Path;
  /** Its bytes, for who shows the key; absent where they lie at an address for everybody. */
  readonly content?: Path;
  /** What its account hands out beside the film, where it does: a picture of it, and many on one sheet. */
  readonly variants?: Readonly<Record<VideoVariant, Path>>;
  /** Where its file lies, for vendors that tell it only when asked once more. */
  readonly file?: Path;
  /** Headers of the request that begins one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where each action is begun, for vendors that have several places (`image2video`). */
  readonly submit?: Readonly<Record<string, Path>>;
  /** Where the seed of a picture is asked. */
  readonly seed?: Path;
  /** Where a task is sought whose name the gateway never heard; `{id}` is what the protocol calls it then, if anything. */
  readonly search?: Path;
  /** Where one is given up before it is done, and by which method. */
  readonly cancel?: { readonly method: 'POST' | 'DELETE'; readonly path: Path };
};

/** What a name becomes that matches: `$1` stands for a group, `{name}` for a setting. */
export type ModelName = {
  readonly match: RegExp;
  readonly to: string;
  /** A setting without which the name stays as it is. */
  readonly setting?: string;
};

/** A framing that is not the protocol's; the frames read from it are. */
export type Wrapping = {
  /** Content type of the vendor's streams, in lower case. */
  readonly streamType: string;
  open(): FrameReader;
};

/** How a client's header reaches a vendor. */
export type ClientHeader = {
  /** Values that the vendor knows, of a header that lists several; one that it does not know would fail the whole call. */
  readonly accepts: 'all' | readonly string[];
  /** The field of the body that takes the list in the header's place. */
  readonly inBody?: string;
  /** The page that says so, where the vendor is not the protocol's owner. */
  readonly source?: string;
};

/** A pure edit of the parsed body; returns its argument when it changes nothing. */
export type Quirk = {
  readonly name: string;
  readonly source: string;
  /** The operations whose bodies are edited; default all. */
  readonly only?: readonly Operation[];
  apply(body: Readonly<Record<string, unknown>>, model: ModelTraits): Readonly<Record<string, unknown>>;
};

/**
 * How a vendor says what its status alone does not; in lower case, looked for in the code, type and message of a refusal.
 * `=1113` is a code, whole: numbers stand in messages too. What is said within an answer (an error in a stream) is read
 * the same way.
 */
export type ErrorPhrases = {
  /** The account has no money or quota left; another account may have. */
  readonly quota_exhausted?: readonly string[];
  /** The vendor's filter refused the request; another account's would too. */
  readonly content_filter?: readonly string[];
  /** The key is none, or no longer. */
  readonly auth?: readonly string[];
  /** Too many requests for now. */
  readonly rate_limited?: readonly string[];
  /** There is no such model, or not for this account. */
  readonly not_found?: readonly string[];
  /** What is asked is not for this account, or not from this place: unverified, not enabled, not permitted. */
  readonly not_permitted?: readonly string[];
};

/** How a time is written: `6m0s`, `1.2`, an ISO or HTTP date, or the moment since 1970. */
export type TimeForm = 'duration' | 'seconds' | 'date' | 'epoch-seconds' | 'epoch-ms';

/**
 * How a vendor says for how long a refusal holds, beside `Retry-After`, `retry-after-ms` and Google's RetryInfo, which are
 * read of everybody. What comes first counts.
 */
export type Pauses = {
  /** Members of the body, by their paths. */
  readonly fields?: readonly { readonly path: readonly string[]; readonly as: TimeForm }[];
  /** What stands before the time in a message, in lower case: `try again in`. */
  readonly words?: readonly string[];
  /** Headers that say when something is to be had again; `left` is the header that says how much of it is left: nothing, if it counts. */
  readonly resets?: readonly { readonly header: string; readonly as: TimeForm; readonly left: string }[];
};

/**
 * A provider is data: this object draws the console's form, validates config files, routes, and says how
 * calls are authenticated.
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
  /** Other base URLs for values of settings, such as regions whose hosts are named otherwise; the first that holds. */
  readonly elsewhere?: readonly { readonly when: Readonly<Record<string, string>>; readonly baseUrl: string }[];
  /** How the vendor's keys begin, so that it can be told whose a key is; none where they begin like anybody's. */
  readonly keyPrefixes?: readonly string[];
  /** Forms of whole keys that can be told apart otherwise, as regular expressions. */
  readonly keyPatterns?: readonly string[];
  /** The field of the credential that such a key belongs into; `apiKey` where it is not said. */
  readonly keyField?: string;
  readonly credential: C;
  readonly settings: S;
  /** How the vendor writes names of models that are known otherwise; the first that matches. */
  readonly modelNames?: readonly ModelName[];
  /** Settings that, left empty, are read from a field of the credential (see `fieldOf`). */
  readonly fromCredential?: Readonly<Record<string, string>>;
  /** Settings that may be otherwise for a model: by the name of the setting that maps upstream names to values. */
  readonly byModel?: Readonly<Record<string, string>>;
  readonly dialects: readonly [Dialect, ...Dialect[]];
  /**
   * The family of the vendor's models whose names may end in how much to think (`-high`, `-thinking`), when the vendor
   * itself knows no such names: the ends are taken off and said in the request.
   */
  readonly suffixes?: SuffixFamily;
  /**
   * How calls are authenticated: the first way for which a credential has the fields; none where it has none of them, as
   * with servers that ask for no key.
   */
  readonly auth: readonly Auth[];
  /** How accounts are added by signing in at the vendor; undefined where they are added by their keys alone. */
  readonly login?: AccountLogin;
  /** Further headers of every call; `{name}` stands for a setting, and a header whose setting is empty is left out. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly phrases?: ErrorPhrases;
  readonly pauses?: Pauses;
  /** Where the models that an account may use are listed; undefined where the vendor lists none. */
  readonly listing?: ModelListing;
  /** How models are fetched onto a server of one's own; undefined where the vendor decides what is there. */
  readonly library?: ModelLibrary;
  /** How the account's money is asked: the first that answers; undefined where the vendor does not tell it to a key. */
  readonly balance?: readonly BalanceQuery[];
  /** Where the vendor tells what it charges by day and model; undefined where it tells that nobody. */
  readonly costReport?: CostReport;
};

/** A provider, whatever its fields are. */
export type AnyProvider = Provider;

/** Checks a provider's types against each other, and forgets them: everybody else sees only {@link AnyProvider}. */
export const defineProvider = <C extends z.ZodObject, S extends z.ZodObject>(provider: Provider<C, S>): AnyProvider =>
  provider;

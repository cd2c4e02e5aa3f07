import type { Effort } from '../ir/request.ts';
import type { Operation, ProtocolId } from '../protocol.ts';

/** Lines of models whose ways are known; a model of any other is asked as its protocol's models usually are. */
export type ModelFamily =
  | 'claude'
  | 'deepseek'
  | 'gemini'
  | 'glm'
  | 'gpt'
  | 'gpt-oss'
  | 'grok'
  | 'kimi'
  | 'mistral'
  | 'nova'
  | 'qwen';

/** How a model is told how much to reason. */
export type ReasoningStyle =
  /** It does not. */
  | { readonly by: 'none' }
  /** By a word; these, or undefined where every word is known or nobody knows which. */
  | { readonly by: 'effort'; readonly efforts: readonly Effort[] | undefined; readonly always: boolean }
  /** By a number of tokens within these bounds. */
  | { readonly by: 'budget'; readonly least: number; readonly most: number; readonly always: boolean };

/** What goes into a model, or comes out of it. */
export type Modality = 'text' | 'image' | 'audio' | 'video' | 'pdf';

/** What a catalogue says that a model can, for who chooses among models; writers of requests do not go by it. */
export type Capabilities = {
  readonly reasoning?: boolean | undefined;
  readonly tools?: boolean | undefined;
  /** Answers that follow a JSON schema. */
  readonly structuredOutput?: boolean | undefined;
};

/**
 * What is known of a model, whatever it is called where it runs. Writers of requests are given it beside the upstream's
 * name, which they only pass on. Undefined is "not known": each protocol then does what suits most of its models.
 */
export type ModelTraits = {
  readonly family: ModelFamily | undefined;
  /** Major and minor of its generation as one number, 4.5 as 405. */
  readonly version: number | undefined;
  /** Served under its maker's name (`openai/gpt-5`), as those do who serve models of several makers. */
  readonly resold: boolean;
  /** `always`: it cannot be kept from reasoning. */
  readonly reasoning: ReasoningStyle | undefined;
  /** False for one that reasons only when it is told to, where its family does so unasked. */
  readonly reasonsUnasked: boolean | undefined;
  /** Which sampling parameters it takes: all; `temperature` or `top_p` but not both; none. */
  readonly sampling: 'all' | 'one' | 'none' | undefined;
  /** Refuses Chat's `max_tokens` for `max_completion_tokens`. */
  readonly refusesMaxTokens: boolean;
  /** Takes a JSON schema for its answer. */
  readonly schemas: boolean | undefined;
  /** Searches the web by itself when asked with the request. */
  readonly searches: boolean;
  /** Where prompt cache points may stand, and whether they may last an hour; undefined where there are none. */
  readonly cachePoints: { readonly inTools: boolean; readonly hour: boolean } | undefined;
  /** The one protocol by which its maker serves it; undefined when there is no such limit. */
  readonly onlyBy: ProtocolId | undefined;
  /** Its public encoding, by which its tokens are counted. */
  readonly encoding: 'o200k' | 'cl100k' | undefined;
  /** What people call it, where that is not its name. */
  readonly displayName: string | undefined;
  /** When its maker stops serving it, as an ISO date; undefined where nobody has said. */
  readonly retiresOn: string | undefined;
  /** Most tokens it reads and writes together, and most it writes. */
  readonly contextTokens: number | undefined;
  readonly maxOutputTokens: number | undefined;
  readonly input: readonly Modality[] | undefined;
  readonly output: readonly Modality[] | undefined;
  readonly can: Capabilities | undefined;
  /** What can be asked of it; undefined is everything. */
  readonly operations: readonly Operation[] | undefined;
};

/** A model of which nothing is known. */
export const unknownModel: ModelTraits = {
  family: undefined,
  version: undefined,
  resold: false,
  reasoning: undefined,
  reasonsUnasked: undefined,
  sampling: undefined,
  refusesMaxTokens: false,
  schemas: undefined,
  searches: false,
  cachePoints: undefined,
  onlyBy: undefined,
  encoding: undefined,
  displayName: undefined,
  retiresOn: undefined,
  contextTokens: undefined,
  maxOutputTokens: undefined,
  input: undefined,
  output: undefined,
  can: undefined,
  operations: undefined,
};

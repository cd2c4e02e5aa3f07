import type { BigNumber } from '../json/exact.ts';
import type { JsonObject, ProtocolId } from '../protocol.ts';
import type { CacheHint, Extensions, HostedTool, Part } from './part.ts';

/**
 * One turn. Messages keep the client's order and number: two of the same role may follow each other, and writers whose
 * protocol alternates merge them. Tool results stand in `user` messages; `system` and `developer` ones may stand
 * anywhere (Anthropic's `system` and Responses' `instructions` are read as a first `system` message).
 */
export type IrMessage = {
  readonly role: 'system' | 'developer' | 'user' | 'assistant';
  readonly id?: string | undefined;
  /** The participant's name (Chat). */
  readonly name?: string | undefined;
  readonly parts: readonly Part[];
  readonly extensions?: Extensions | undefined;
};

export type FunctionTool = {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string | undefined;
  /** JSON schema of the arguments; absent for a tool without any. */
  readonly schema?: JsonObject | undefined;
  readonly strict?: boolean | undefined;
  readonly cache?: CacheHint | undefined;
  readonly extensions?: Extensions | undefined;
};

/** A tool that takes free text, perhaps in a grammar (OpenAI). */
export type CustomTool = {
  readonly type: 'custom';
  readonly name: string;
  readonly description?: string | undefined;
  /** OpenAI's flat form: `{type:'text'}` or `{type:'grammar', syntax, definition}`. */
  readonly format?: JsonObject | undefined;
  readonly cache?: CacheHint | undefined;
  readonly extensions?: Extensions | undefined;
};

/** A tool that the provider runs. What several protocols can say is spelled out; `raw` is the issuer's own words. */
export type HostedToolSpec = {
  readonly type: 'hosted';
  readonly tool: HostedTool;
  readonly by: ProtocolId;
  readonly raw: JsonObject;
  readonly name?: string | undefined;
  readonly maxUses?: number | undefined;
  readonly allowedDomains?: readonly string[] | undefined;
  readonly blockedDomains?: readonly string[] | undefined;
  /** `city`, `region`, `country`, `timezone`. */
  readonly userLocation?: JsonObject | undefined;
  readonly searchContextSize?: string | undefined;
  readonly cache?: CacheHint | undefined;
};

export type IrTool = FunctionTool | CustomTool | HostedToolSpec;

export type ToolChoice =
  | { readonly type: 'auto' | 'none' | 'required' }
  | { readonly type: 'tool'; readonly name: string; readonly kind: 'function' | 'custom' }
  | { readonly type: 'hosted'; readonly tool: HostedTool; readonly raw: JsonObject; readonly by: ProtocolId }
  /** Only these of the tools. */
  | { readonly type: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly string[] };

/** Efforts in rising order; every protocol's words are among them. */
export const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof efforts)[number];

/** How much the model is to think. Absent: as the model likes. */
export type Reasoning = {
  /** `adaptive`: the model decides; `off`: not at all; `on` with a budget or effort, or neither. */
  readonly mode?: 'on' | 'off' | 'adaptive' | undefined;
  readonly effort?: Effort | undefined;
  readonly budgetTokens?: number | undefined;
  /** Whether reasoning is shown: OpenAI's `auto`, `concise`, `detailed`; Gemini's includeThoughts is `auto`. */
  readonly summary?: 'auto' | 'concise' | 'detailed' | 'none' | undefined;
};

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'schema';
      readonly schema: JsonObject;
      readonly name?: string | undefined;
      readonly description?: string | undefined;
      readonly strict?: boolean | undefined;
    };

export type Sampling = {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly seed?: number | BigNumber | undefined;
  /** By token id, OpenAI's. */
  readonly logitBias?: JsonObject | undefined;
};

/**
 * A request of any protocol. Every field but the first three is optional; an absent one was not given, and nothing is
 * ever filled in by a reader.
 */
export type IrRequest = {
  /** The protocol it was read from. */
  readonly by: ProtocolId;
  /** As the client named it. Writers use the target's name instead. */
  readonly model: string;
  readonly messages: readonly IrMessage[];
  readonly stream: boolean;
  readonly tools?: readonly IrTool[] | undefined;
  readonly toolChoice?: ToolChoice | undefined;
  readonly parallelToolCalls?: boolean | undefined;
  readonly sampling?: Sampling | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  /** Number of answers; absent is 1. */
  readonly choices?: number | undefined;
  /** Log probabilities are wanted, with so many alternatives. */
  readonly logprobs?: { readonly top?: number | undefined } | undefined;
  readonly format?: ResponseFormat | undefined;
  readonly reasoning?: Reasoning | undefined;
  readonly verbosity?: 'low' | 'medium' | 'high' | undefined;
  /** What kinds of output are wanted; absent is text. */
  readonly modalities?: readonly ('text' | 'image' | 'audio')[] | undefined;
  /** OpenAI's `{voice, format}`. */
  readonly audioOutput?: JsonObject | undefined;
  readonly metadata?: JsonObject | undefined;
  /** An end user's id, for the provider's abuse detection. */
  readonly user?: string | undefined;
  readonly promptCacheKey?: string | undefined;
  readonly serviceTier?: string | undefined;
  readonly store?: boolean | undefined;
  readonly extensions?: Extensions | undefined;
};

/** Names of the called tools by call id, for protocols that answer calls by name. */
export function callNames(messages: readonly IrMessage[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const message of messages) {
    for (const part of message.parts) if (part.type === 'tool-call') names.set(part.callId, part.name);
  }
  return names;
}

import type { ServedAs } from './ir/served-as.ts';
import type { Usage } from './ir/usage.ts';

/** The wire formats of conversations. `bedrock-converse` is spoken by upstreams only. */
export const textProtocolIds = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'gemini-interactions',
  'bedrock-converse',
] as const;
export type TextProtocolId = (typeof textProtocolIds)[number];

/**
 * All the wire formats Tollgate knows by name. Those beyond are of vendors of whom other things than conversations are asked, and
 * of applications (`dify`, `coze`) that take words and no more.
 */
export const protocolIds = [
  ...textProtocolIds,
  'bedrock-invoke',
  'cohere',
  'dashscope',
  'ark',
  'minimax',
  'xai',
  'zhipu',
  'kling',
  'vidu',
  'jimeng',
  'runway',
  'luma',
  'replicate',
  'suno',
  'midjourney',
  'dify',
  'coze',
] as const;
export type ProtocolId = (typeof protocolIds)[number];

/**
 * What a client asks for, whatever the protocol. `compact` shortens a conversation (Responses); `count-tokens` tells how
 * many tokens a request would be, without running it; `embed-content` is Google's way of embedding one text, `predict` its way of asking
 * for pictures; `videos`, `music` and `drawings` (Midjourney's) are made while nobody waits; `realtime` and `live` are sessions over a WebSocket;
 * from `files` to `vaults` are things that accounts keep.
 */
export const operations = [
  'chat',
  'completions',
  'compact',
  'count-tokens',
  'embeddings',
  'embed-content',
  'moderations',
  'decisions',
  'rerank',
  'speech',
  'transcriptions',
  'translations',
  'images',
  'image-edits',
  'image-variations',
  'predict',
  'videos',
  'realtime',
  'transcription-sessions',
  'live',
  'music',
  'drawings',
  'files',
  'file-uploads',
  'batches',
  'batch-content',
  'batch-embed',
  'uploads',
  'conversations',
  'containers',
  'vector-stores',
  'skills',
  'agents',
  'environments',
  'vaults',
  'characters',
  'cached-contents',
  'tokenize',
  'web-search',
] as const;
export type Operation = (typeof operations)[number];

/** What clients of Midjourney's proxy put in the place of a key when theirs stands in a header of its own. */
export const noKey = 'midjourney-proxy';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** What the gateway needs to know of a request before it chooses a channel. */
export type RequestSummary = {
  readonly model: string;
  readonly stream: boolean;
  /** The client's own cap on output tokens for one choice; undefined when it gave none. */
  readonly maxOutputTokens: number | undefined;
  /** `n` times `best_of` where they exist; at least 1. */
  readonly choices: number;
  /** How many requests it stands for, where it is of several. */
  readonly calls?: number | undefined;
  /** True when the client itself asked for the usage chunk of a stream. */
  readonly wantsUsage: boolean;
  /** Answers and items that the provider keeps and the request leans on, by id (Responses); absent when there are none. */
  readonly references?: References | undefined;
  /** The provider is to work on it while nobody waits (Responses). */
  readonly background?: boolean | undefined;
  /** The service tier asked for in small letters, `standard` for no other; undefined leaves it to the provider. */
  readonly tier?: string | undefined;
  /** The geography asked for in small letters, `global` for any; undefined leaves it to what the account is set to. */
  readonly geo?: string | undefined;
  /** Models beside `model` that may run parts of the answer: fallbacks, advisors. Absent when there are none. */
  readonly otherModels?: readonly string[] | undefined;
  /** Models that its vendor may choose from (`models` of aggregators), where that field is let pass. Absent when there are none. */
  readonly routedModels?: readonly string[] | undefined;
  /** Upper estimate of input tokens, from the text and media parts; never below the real count for text. */
  readonly inputEstimate: number;
  /** Tools that run at the vendor and are billed by their use. Absent when there are none. */
  readonly hosted?: readonly HostedTool[] | undefined;
  /** Upper estimate of what is not counted in tokens (images, seconds, characters …); absent where there is no such thing. */
  readonly counted?: Usage | undefined;
};

/** A tool that runs at the vendor, by what its use is billed as; `most` is how often the request lets it be used, if it says so. */
export type HostedTool = {
  readonly bucket: 'searches' | 'toolCalls' | 'fileSearches' | 'images';
  readonly most: number | undefined;
};

/** Ids in place of what they stand for. */
export type References = {
  /** `previous_response_id`. */
  readonly response: string | undefined;
  /** A conversation that the provider keeps, which it reads and goes on with. */
  readonly conversation?: string | undefined;
  /** Items of the input that are named only. */
  readonly items: readonly string[];
  /** Reasoning and results of the input of which the provider keeps what the item itself does not say. */
  readonly hollow: readonly string[];
  /** What else of the account's is named: files, stores, containers, prompts. */
  readonly resources: readonly NamedResource[];
};

/**
 * Something that an account keeps, by its name, and where in the body that stands. `strange` is an address by a scheme that
 * is no vendor's (`file:`, `ftp:`): nobody's to name.
 */
export type NamedResource = { readonly id: string; readonly param: string; readonly strange?: boolean };

/** A request the protocol refuses, with the JSON path at fault. */
export type Invalid = { readonly invalid: string; readonly param: string | null };

/** An upstream's refusal as read from its body. Nothing in it is fit for a client before redaction. */
export type UpstreamFailure = {
  readonly status: number;
  readonly message: string;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
  /** How long it says that it will be so; ms. What its headers say is not in it. */
  readonly retryAfterMs?: number | undefined;
};

/** An error in the gateway's words, to be written in the client's protocol. */
export type ErrorWords = {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly param: string | null;
  /** When to come back, for protocols that say it in the body too. */
  readonly retryAfterMs?: number | undefined;
};

/** What a whole (not streamed) answer says. */
export type ResponseFacts = {
  /** Undefined when the provider reported none. */
  readonly usage: Usage | undefined;
  /** How it was served, as far as prices may depend on it; undefined when the answer says nothing. */
  readonly servedAs?: ServedAs | undefined;
  /** Some choice carries text, a tool call, a refusal, reasoning, audio, or an explicit finish by filter. */
  readonly meaningful: boolean;
  /** An `error` object inside a 200. */
  readonly error: UpstreamFailure | undefined;
  /** Tokens of output as counted or estimated from its text; 0 where the provider reports its usage. */
  readonly outputEstimate: number;
  /** See `StreamProbe`. */
  readonly storedIds?: readonly string[] | undefined;
  readonly resourceIds?: readonly string[] | undefined;
  /** The provider has begun, and goes on while nobody waits (Responses' `background`). */
  readonly working?: boolean | undefined;
};

/**
 * A scanner beside a same-protocol stream. It owns no text: bytes come in as they arrive and go out unchanged,
 * but for frames the client did not ask for, which it leaves out. Memory is bounded whatever the upstream sends.
 */
export type StreamProbe = {
  /** Takes upstream bytes; returns what may go to the client now (`chunk` itself in the usual case), or undefined. */
  push(chunk: Uint8Array): Uint8Array | undefined;
  /** The upstream has ended; returns bytes that were held back, if any. */
  end(): Uint8Array | undefined;
  /** Some frame carried content, a tool call, reasoning or a refusal. */
  readonly meaningful: boolean;
  /** The protocol's own terminator was seen (`[DONE]`), so an end of the stream now is no cut. */
  readonly finished: boolean;
  /** A finish reason was seen in some choice. */
  readonly finishReason: boolean;
  readonly usage: Usage | undefined;
  /** How the answer is served, as far as it has said so. */
  readonly servedAs: ServedAs | undefined;
  /** Ids under which the provider keeps this answer and its items, as far as they are known (Responses). */
  readonly storedIds?: readonly string[] | undefined;
  /** Ids of what the answer made at the provider and a later request may name: containers, sounds. */
  readonly resourceIds?: readonly string[] | undefined;
  /** An error frame inside the stream. */
  readonly error: UpstreamFailure | undefined;
  /** Output tokens so far, counted or estimated in constant memory. Only for streams that end without a usage report. */
  readonly outputEstimate: number;
  /** Those of them that came since usage was last reported: what a report from before a cut is short of. */
  readonly unreported: number;
};

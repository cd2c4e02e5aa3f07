import type { Json, JsonObject, ProtocolId } from '../protocol.ts';

/**
 * The canonical form's smallest pieces. An optional field that is undefined means the same as an absent one, everywhere
 * in the canonical form, so that readers can write `temperature: numberAt(json, 'temperature')`.
 */

/**
 * An opaque proof that only its issuer can check (Anthropic's signature, OpenAI's encrypted reasoning, Gemini's thought
 * signature). Byte-exact, and given back only to the protocol that issued it: see `signature.ts`.
 */
export type Signature = { readonly by: ProtocolId; readonly value: string };

/** Something that has no name in the canonical form, kept whole for the one protocol that knows it. */
export type Foreign = { readonly by: ProtocolId; readonly value: Json };

/** Fields of a node that only one protocol has, under their own names. Any other protocol's writer reports them lost. */
export type Extensions = { readonly by: ProtocolId; readonly fields: JsonObject };

/** "The prompt up to here is worth caching." Without a time the vendor's own default holds. */
export type CacheHint = { readonly ttlSeconds?: number | undefined };

type PartBase = {
  /** The protocol's own id of this part (an item id of Responses), when it has one. Never a tool call's id. */
  readonly id?: string | undefined;
  readonly cache?: CacheHint | undefined;
  /** Gemini signatures texts and tool calls too; elsewhere only reasoning carries one. */
  readonly signature?: Signature | undefined;
  readonly extensions?: Extensions | undefined;
};

/** Where a medium's bytes are. A file id means something to its issuer alone. */
export type MediaSource =
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string | undefined }
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | {
      readonly kind: 'file';
      readonly fileId: string;
      readonly by: ProtocolId;
      readonly mediaType?: string | undefined;
    };

/** Log probability of one output token. `bytes` is its UTF-8, for tokens that are no text of their own. */
export type TokenLogprob = {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[] | undefined;
  readonly top?: readonly Omit<TokenLogprob, 'top'>[] | undefined;
};

/** What a text rests on. Offsets `start` and `end` are UTF-16 positions within the text part that carries the citation. */
export type Citation = {
  /** `url`: a page; `document`: a document of the request; `file`: a file known by id; `other`: see `raw`. */
  readonly kind: 'url' | 'document' | 'file' | 'other';
  readonly url?: string | undefined;
  readonly title?: string | undefined;
  /** The words of the source. */
  readonly quote?: string | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly documentIndex?: number | undefined;
  readonly fileId?: string | undefined;
  /** Where in the source, for `document`. `end` is exclusive. */
  readonly place?:
    | { readonly unit: 'char' | 'page' | 'block'; readonly start: number; readonly end: number }
    | undefined;
  /** The citation as its issuer wrote it, to be given back to that protocol unchanged. */
  readonly raw?: Foreign | undefined;
};

export type TextPart = PartBase & {
  readonly type: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[] | undefined;
  readonly logprobs?: readonly TokenLogprob[] | undefined;
};

export type ImagePart = PartBase & {
  readonly type: 'image';
  readonly source: MediaSource;
  /** OpenAI's `low`, `high`, `auto`, `original`. */
  readonly detail?: string | undefined;
};

export type AudioPart = PartBase & {
  readonly type: 'audio';
  readonly source: MediaSource;
  readonly transcript?: string | undefined;
  /** Unix seconds after which the issuer forgets the audio's id. */
  readonly expiresAt?: number | undefined;
};

export type VideoPart = PartBase & { readonly type: 'video'; readonly source: MediaSource };

/** A file to be read: PDF, plain text, anything else that is not one of the media above. */
export type DocumentPart = PartBase & {
  readonly type: 'document';
  readonly source:
    | MediaSource
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'parts'; readonly parts: readonly (TextPart | ImagePart)[] };
  readonly filename?: string | undefined;
  readonly title?: string | undefined;
  readonly context?: string | undefined;
  /** The model is asked to cite it. */
  readonly citations?: boolean | undefined;
};

/** A call of the client's own tool. */
export type ToolCallPart = PartBase & {
  readonly type: 'tool-call';
  readonly callId: string;
  readonly name: string;
  /** `custom` tools take free text, functions a JSON object. */
  readonly kind: 'function' | 'custom';
  /** The text as it came: JSON of a function's arguments (maybe cut off, maybe empty), or a custom tool's input. */
  readonly arguments: string;
};

/** The answer to a tool call. Stands in a `user` message, whatever role its protocol gives it. */
export type ToolResultPart = PartBase & {
  readonly type: 'tool-result';
  readonly callId: string;
  /** The tool's name, where it is known; `callNames` in `request.ts` finds it from the calls. */
  readonly name?: string | undefined;
  readonly kind: 'function' | 'custom';
  readonly content: readonly Part[];
  readonly error?: boolean | undefined;
};

/**
 * Reasoning. `text` is byte-exact, because a signature covers it. Several summary parts of Responses are one text, joined by
 * a blank line. Redacted reasoning has an empty text and only its signature.
 */
export type ReasoningPart = PartBase & {
  readonly type: 'reasoning';
  readonly text: string;
  /** The text is a summary of the reasoning, not the reasoning itself. */
  readonly summary?: boolean | undefined;
  readonly redacted?: boolean | undefined;
};

export type RefusalPart = PartBase & {
  readonly type: 'refusal';
  readonly text: string;
  readonly logprobs?: readonly TokenLogprob[] | undefined;
};

/** Tools that the provider runs itself. */
export type HostedTool =
  | 'web-search'
  | 'web-fetch'
  | 'code-execution'
  | 'file-search'
  | 'computer-use'
  | 'mcp'
  | 'image-generation'
  | 'shell'
  | 'text-editor'
  | 'memory'
  | 'tool-search'
  | 'maps'
  | 'other';

/** The provider called a tool of its own. `raw` is the block as its issuer wrote it. */
export type HostedCallPart = PartBase & {
  readonly type: 'hosted-call';
  readonly tool: HostedTool;
  readonly callId: string;
  readonly name: string;
  /** JSON text, or code for `code-execution` where the protocol has only that. */
  readonly arguments: string;
  readonly raw: Foreign;
};

/** What that tool gave, as far as it can be told in general words. `raw` is the block as its issuer wrote it. */
export type HostedResultPart = PartBase & {
  readonly type: 'hosted-result';
  readonly tool: HostedTool;
  readonly callId: string;
  /** Output as text and media, for protocols that have no word for this tool. */
  readonly content: readonly Part[];
  /** Pages found by a search. */
  readonly sources?: readonly { readonly url: string; readonly title?: string | undefined }[] | undefined;
  readonly error?: string | undefined;
  readonly raw: Foreign;
};

export type ForeignPart = PartBase & { readonly type: 'foreign'; readonly foreign: Foreign };

export type MediaPart = ImagePart | AudioPart | VideoPart | DocumentPart;

export type Part =
  | TextPart
  | MediaPart
  | ToolCallPart
  | ToolResultPart
  | ReasoningPart
  | RefusalPart
  | HostedCallPart
  | HostedResultPart
  | ForeignPart;

/** All text of some parts, refusals included, in order. */
export function textOf(parts: readonly Part[], separator = ''): string {
  const texts: string[] = [];
  for (const part of parts) if (part.type === 'text' || part.type === 'refusal') texts.push(part.text);
  return texts.join(separator);
}

import type { UpstreamFailure } from '../protocol.ts';
import type {
  Citation,
  Extensions,
  ForeignPart,
  HostedCallPart,
  HostedResultPart,
  MediaPart,
  Signature,
  TokenLogprob,
} from './part.ts';
import type { Finish } from './response.ts';
import type { ServedAs } from './served-as.ts';
import type { Usage } from './usage.ts';

/** A part that comes whole. Audio may come so, too. */
export type WholePart = MediaPart | HostedCallPart | HostedResultPart | ForeignPart;

/**
 * A streamed answer, event by event. The tracker (`tracker.ts`) guarantees to every writer:
 *
 * - `response-start` comes first, once; `response-end` or `error` last, once. A stream that broke has neither: the
 *   reader's `end()` then returns no `response-end`.
 * - `part` numbers count from 0 over the whole response in the order of the starts. A part's events come between its
 *   start and its end; every part is ended before its choice's `finish`, and every choice's `finish` before
 *   `response-end`.
 * - Of one choice, at most one part is open, but for tool calls: several of those may be open at once, with their
 *   deltas interleaved, as Chat streams them. `inOrder` (`in-order.ts`) undoes that for protocols that cannot.
 * - `usage` and `served` are absolute and complete as far as known; a later one replaces an earlier one. They may come at
 *   any time before the first `finish`, so a writer that has seen a `finish` knows the final usage.
 * - The finishes of all choices come together at the end, directly before `response-end`.
 */
export type IrEvent =
  | {
      readonly type: 'response-start';
      readonly id: string;
      readonly model: string;
      readonly created?: number | undefined;
      /** Input counts that are known already (Anthropic). */
      readonly usage?: Usage | undefined;
      readonly serviceTier?: string | undefined;
      readonly extensions?: Extensions | undefined;
    }
  | {
      readonly type: 'text-start';
      readonly part: number;
      readonly choice: number;
      readonly id?: string | undefined;
      readonly extensions?: Extensions | undefined;
    }
  | {
      readonly type: 'text-delta';
      readonly part: number;
      readonly text: string;
      readonly logprobs?: readonly TokenLogprob[] | undefined;
    }
  | { readonly type: 'citation'; readonly part: number; readonly citation: Citation }
  | { readonly type: 'text-end'; readonly part: number }
  | {
      readonly type: 'reasoning-start';
      readonly part: number;
      readonly choice: number;
      readonly id?: string | undefined;
      readonly summary?: boolean | undefined;
      readonly redacted?: boolean | undefined;
      readonly extensions?: Extensions | undefined;
    }
  | { readonly type: 'reasoning-delta'; readonly part: number; readonly text: string }
  | { readonly type: 'reasoning-end'; readonly part: number }
  | {
      readonly type: 'refusal-start';
      readonly part: number;
      readonly choice: number;
      readonly id?: string | undefined;
      readonly extensions?: Extensions | undefined;
    }
  | {
      readonly type: 'refusal-delta';
      readonly part: number;
      readonly text: string;
      readonly logprobs?: readonly TokenLogprob[] | undefined;
    }
  | { readonly type: 'refusal-end'; readonly part: number }
  | {
      readonly type: 'tool-call-start';
      readonly part: number;
      readonly choice: number;
      readonly id?: string | undefined;
      readonly callId: string;
      readonly name: string;
      readonly kind: 'function' | 'custom';
      readonly extensions?: Extensions | undefined;
    }
  | { readonly type: 'tool-call-arguments-delta'; readonly part: number; readonly text: string }
  | { readonly type: 'tool-call-end'; readonly part: number }
  | {
      readonly type: 'audio-start';
      readonly part: number;
      readonly choice: number;
      readonly id?: string | undefined;
      readonly mediaType: string;
      readonly extensions?: Extensions | undefined;
    }
  /** Base64 pieces, which joined are base64 of the whole. */
  | { readonly type: 'audio-delta'; readonly part: number; readonly data: string; readonly transcript: string }
  | { readonly type: 'audio-end'; readonly part: number; readonly expiresAt?: number | undefined }
  /** The signature of an open part, between its start and its end; a later one replaces an earlier one. */
  | { readonly type: 'signature'; readonly part: number; readonly signature: Signature }
  /** A part that comes whole: start and end in one. */
  | { readonly type: 'part'; readonly part: number; readonly choice: number; readonly value: WholePart }
  | { readonly type: 'usage'; readonly usage: Usage }
  /** For the gateway's bill; no client is told. */
  | { readonly type: 'served'; readonly servedAs: ServedAs }
  | { readonly type: 'finish'; readonly choice: number; readonly finish: Finish }
  /** The upstream reported a failure in its stream; its words are unredacted. */
  | { readonly type: 'error'; readonly failure: UpstreamFailure }
  | { readonly type: 'response-end' };

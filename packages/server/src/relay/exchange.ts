import type { Loss } from '@tollgate/wire/ir/loss';
import type { ServedAs } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { ErrorWords, StreamProbe, UpstreamFailure } from '@tollgate/wire/protocol';
import type { Given } from '../domain/background-job.ts';
import type { Cause } from '../domain/causes.ts';
import type { Conversion } from '../domain/record.ts';
import type { UpstreamRequest } from '../upstream/upstream.ts';

/** One try at one candidate, as its endpoint sees it: what is sent, and how what comes back is read. */
export type Exchange = {
  readonly request: UpstreamRequest;
  /** What translating the request lost; undefined where its bytes pass. */
  readonly conversion: Conversion | undefined;
  /** The provider goes on by itself once it has begun, whether or not anybody listens. */
  readonly background: boolean;
  /** What it begins lives on at its provider, and is known by its answer alone: that is waited for though its client has left. */
  readonly mustBeHeard?: boolean | undefined;
  /** `header` looks one of the answer's up, by its name in lower case. */
  readError(status: number, bodyText: string, header: (name: string) => string | undefined): UpstreamFailure;
  /**
   * How an answer of this content type (in lower case) is handed on as it comes; undefined: it is collected whole. `header` looks
   * another of its headers up.
   */
  openStream(contentType: string, header: (name: string) => string | undefined): ResponseTransform | undefined;
  /** `header` looks one of the answer's up, by its name in lower case. */
  readWhole(body: Uint8Array, header: (name: string) => string | undefined): WholeAnswer;
  /** Of providers that answer by saying that they have begun. */
  readonly followUp?: FollowUp | undefined;
  /** Told once a stream is over, `served` or not: remembers what of it a later request may come back to. */
  keep?(transform: ResponseTransform, served: boolean): void;
  /** What is written down of it before its provider is asked, so that another process can go on with it should this one die. */
  readonly intent?: Intent | undefined;
  /** Lets an answer that its provider works on be looked after in the background; `taken` or `failed` runs once. */
  handOver?(detached: Detached, taken: () => void, failed: (error: unknown) => void): void;
};

/** How an answer is waited for that its provider works on: it is asked after, within the request, until it is there. */
export type FollowUp = {
  /** What is asked next after this body of a 2xx; undefined where it is what was waited for, or says that nothing will come. */
  next(body: Uint8Array): UpstreamRequest | Promise<UpstreamRequest> | undefined;
  /** How long to wait before it is asked after again; `asked` is how often it was already. */
  afterMs(asked: number): number;
  /** The request that gives up what is worked on; undefined where nothing is, or it cannot be given up. */
  giveUp(): UpstreamRequest | Promise<UpstreamRequest> | undefined;
};

/** That a provider is about to be asked for what it will go on with. */
export type Intent = {
  /** Rejects with a refusal when it cannot be written down; nobody is asked then. */
  note(): Promise<void>;
  /** The provider has been asked, and has begun nothing unless it was handed over: forgets the note. Never rejects. */
  over(): Promise<void>;
};

/** An answer that its provider works on while nobody waits. */
export type Detached = {
  readonly responseId: string;
  readonly parts: StorableParts;
  /** What its client has been given of it already; undefined when nothing. */
  readonly given: Given | undefined;
};

/** What of an answer a later request may come back to. */
export type StorableParts = {
  /** Ids under which the provider keeps it. */
  readonly storedIds?: readonly string[] | undefined;
  /** Ids of what it made at the provider: containers, sounds. */
  readonly resourceIds?: readonly string[] | undefined;
  /** What it used, if that was reported. */
  readonly usage?: Usage | undefined;
};

/** Why what came is no answer. */
export type AnswerFault = {
  readonly cause: Cause;
  readonly detail: string;
  readonly upstream: UpstreamFailure | undefined;
};

/** A whole answer of an upstream's. */
export type WholeAnswer =
  | { readonly fault: AnswerFault }
  | {
      readonly fault?: undefined;
      /** As the provider reported it; undefined when it did not. */
      readonly usage: Usage | undefined;
      /** How the answer says that it was served. */
      readonly servedAs?: ServedAs | undefined;
      /** Output tokens counted by us, used only when nothing was reported. */
      readonly outputEstimate: number;
      /** All that it is taken for when nothing was reported, where tokens of text are not what it is. */
      readonly estimate?: Usage | undefined;
      /** What it reported cannot be. */
      readonly doubtful?: boolean | undefined;
      /** The provider has begun, and goes on while nobody waits. */
      readonly detached?: Detached | undefined;
      /** The answer for the client, and what writing it lost. */
      write(): WrittenAnswer;
      /** Remembers what a later request may come back to. The answer waits for it, and is a refusal, which costs nothing, where it rejects. */
      keep?(): void | Promise<void>;
    };

export type WrittenAnswer = {
  readonly body: Uint8Array | string;
  readonly contentType: string;
  readonly losses: readonly Loss[];
  /** Further headers of the answer, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The upstream's own by default. */
  readonly status?: number;
};

/**
 * What stands between an upstream's stream and the client's. Bytes of the upstream's go in, cut anywhere; what may go to
 * the client now comes out, and what the gateway must know of them is told as by any probe.
 */
export type ResponseTransform = StreamProbe &
  StorableParts & {
    /** All that it is taken for when nothing was reported, where tokens of text are not what it is. */
    readonly estimate?: Usage | undefined;
    /** What it reported cannot be. */
    readonly doubtful?: boolean | undefined;
    /** Content type of what comes out. */
    readonly contentType: string;
    /** Further headers of the answer; absent where it has none. */
    readonly headers?: Readonly<Record<string, string>>;
    /** The last bytes of a stream that is whole. */
    close(): Uint8Array | undefined;
    /** The last bytes of one that broke, in the gateway's words; no success terminator follows. */
    fail(words: ErrorWords): Uint8Array | undefined;
    /** What the answer lost so far, where it is translated. */
    readonly losses: readonly Loss[];
  };

/** Bytes that can be read again and again, wherever they are kept. */
export type PartContent = {
  readonly size: number;
  read(): AsyncIterable<Uint8Array>;
};

type Common = {
  readonly name: string;
  readonly contentType: string | undefined;
  /** The part's header lines as they were sent, each with its end. */
  readonly headers: Uint8Array;
  readonly content: PartContent;
};

/** A text field of a form: its value is known. */
export type Field = Common & { readonly kind: 'field'; readonly value: string };

/** A file of a form, in memory or in the spool. */
export type File = Common & {
  readonly kind: 'file';
  /** As the client gave it; empty where it cannot be read. Never a path to be used. */
  readonly filename: string;
};

export type Part = Field | File;

/** A `multipart/form-data` body that has been read, its parts in the order they came. */
export type Form = {
  readonly parts: readonly Part[];
  /** The text field of this name; there is only one. */
  field(name: string): Field | undefined;
  /** Gives back memory and disk. To be called when the request is over, however it ends; idempotent. */
  release(): void;
};

/** The part of a file that is read: offsets of its first and its last byte. */
export type Part = { readonly from: number; readonly to: number };

/** Where results are kept: a folder, or a bucket. Names are the gateway's own, of letters, digits and `-_./`. */
export type Storage = {
  /** Writes a file as it comes, in place of one that was there; it is there whole or not at all. Rejects when it breaks off. */
  write(name: string, mediaType: string, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** Undefined when there is no such file (any more). Read as fast as its reader takes it. */
  open(name: string, part: Part | undefined): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Nothing happens when there is no such file. */
  remove(name: string): Promise<void>;
  /** Where the file can be read without the gateway for so many seconds; undefined where that is not offered. */
  link(name: string, seconds: number): string | undefined;
};

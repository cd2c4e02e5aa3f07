import type { Json } from '../protocol.ts';
import type { Usage } from './usage.ts';

/** Texts to be put in order by how well they answer a query, as every vendor asks for it in other words. */
export type RerankRequest = {
  readonly query: Json;
  /** Texts, or objects of which `text` is one. */
  readonly documents: readonly Json[];
  /** How many of the best are wanted; undefined is all. */
  readonly top: Json | undefined;
  /** Tokens of each document that count. */
  readonly maxTokensPerDocument: Json | undefined;
  /** Whether the answer shall say the documents themselves. */
  readonly withDocuments: boolean;
};

export type RerankAnswer = {
  readonly id: string | undefined;
  /** Best first. */
  readonly results: readonly RerankResult[];
  readonly usage: Usage | undefined;
};

export type RerankResult = {
  /** Place in the request's documents. */
  readonly index: number;
  /** As the vendor said it, with all its digits. */
  readonly score: Json;
};

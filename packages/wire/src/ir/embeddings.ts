import type { Read } from './loss.ts';
import type { Usage } from './usage.ts';
import type { Invalid, Json, JsonObject } from '../protocol.ts';

/** What the vectors are for, where a vendor makes them differ by it. */
export type EmbeddingsPurpose = 'query' | 'document' | 'classification' | 'clustering' | 'similarity';

/** Texts to be made into vectors, as every vendor asks for it in other words. */
export type EmbeddingsRequest = {
  readonly texts: readonly string[];
  /** How many numbers a vector shall have; undefined leaves it to the model. */
  readonly dimensions: number | undefined;
  readonly purpose: EmbeddingsPurpose | undefined;
};

export type EmbeddingsAnswer = {
  /** In the order of the texts. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage | undefined;
};

/** How clients of a protocol ask and are answered. */
export type EmbeddingsIngress = {
  /** Reads a request that was inspected; invalid where only its own vendor could serve it. */
  read(json: JsonObject): Read<EmbeddingsRequest> | Invalid;
  write(answer: EmbeddingsAnswer, request: JsonObject, model: string): JsonObject;
};

/** How upstreams of a protocol are asked, and answer. */
export type EmbeddingsEgress = {
  write(request: EmbeddingsRequest, model: string): Read<JsonObject> | Invalid;
  /** Undefined when there is no vector in it. */
  read(json: Json): EmbeddingsAnswer | undefined;
};

/** A list of numbers; undefined for anything else. */
export function vectorOf(json: Json | undefined): readonly number[] | undefined {
  if (!Array.isArray(json) || json.length === 0) return undefined;
  return json.every((value): value is number => typeof value === 'number') ? json : undefined;
}

/** Vectors of a list, all of them or none. */
export function vectorsOf(list: readonly (Json | undefined)[]): readonly (readonly number[])[] | undefined {
  const vectors = list.map((json) => vectorOf(json));
  return vectors.length > 0 && vectors.every((vector) => vector !== undefined) ? vectors : undefined;
}

import type { Read } from './loss.ts';
import type { Usage } from './usage.ts';
import type { Invalid, Json, JsonObject, UpstreamFailure } from '../protocol.ts';

/** Pictures to be made of words, or of other pictures by them, as every vendor asks for them in other words. */
export type ImagesRequest = {
  readonly prompt: string;
  /** Those to begin with, in base64 or at an address; absent where there are only words. */
  readonly pictures?: readonly Picture[] | undefined;
  readonly n: number;
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** Finer than usual. */
  readonly fine: boolean;
};

/** A picture, in base64 or at an address. */
export type Picture = {
  readonly base64?: string | undefined;
  readonly url?: string | undefined;
  readonly mediaType?: string | undefined;
};

export type ImagesAnswer = {
  readonly pictures: readonly Picture[];
  /** Tokens, where they are told. */
  readonly usage: Usage | undefined;
};

/** No picture, and why: by a filter, or as the model saw fit. Others would be told the same. */
export type Withheld = { readonly withheld: UpstreamFailure };

export type ImagesWords = {
  /** Seconds since the epoch. */
  readonly created: number;
};

/** How clients of a protocol ask and are answered. */
export type ImagesIngress = {
  read(json: JsonObject): Read<ImagesRequest> | Invalid;
  /** Undefined where the pictures have not the form that the protocol has. */
  write(answer: ImagesAnswer, request: JsonObject, words: ImagesWords): Read<JsonObject> | undefined;
};

/** How upstreams of a protocol are asked, and answer. */
export type ImagesEgress = {
  write(request: ImagesRequest, model: string): Read<JsonObject> | Invalid;
  /** Undefined when there is no picture in it, and nothing that says why. */
  read(json: Json): ImagesAnswer | Withheld | undefined;
  /** By which name pictures are asked after that are still being made; undefined for an answer that says nothing of such. */
  pendingId?(json: Json): string | undefined;
};

/** Why a model that makes pictures of words alone is not asked with some. */
export const wordsAlone = (request: ImagesRequest): Invalid | undefined =>
  request.pictures === undefined ? undefined : { invalid: 'This model makes pictures of words alone.', param: 'image' };

/** The nearest of some shapes (`16:9`) to a size, and whether it is the same. */
export function nearestShape(
  { width, height }: NonNullable<ImagesRequest['size']>,
  shapes: readonly string[],
): { readonly shape: string; readonly exact: boolean } | undefined {
  let best: { shape: string; exact: boolean; off: number } | undefined;
  for (const shape of shapes) {
    const [across = 1, down = 1] = shape.split(':').map(Number);
    const off = Math.abs(Math.log((width * down) / (height * across)));
    if (!best || off < best.off) best = { shape, exact: width * down === height * across, off };
  }
  return best && { shape: best.shape, exact: best.exact };
}

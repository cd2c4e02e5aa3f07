import type { ServedAs, ServedPart } from '../../ir/served-as.ts';
import { addUp } from '../../ir/served-as.ts';
import type { Usage } from '../../ir/usage.ts';
import { parseJson } from '../../json/exact.ts';
import { at, isObject, textAt } from '../../json/fields.ts';
import { type Cursor, cursorAt, nextMember, OPEN_BRACE, passValue, skipSpace } from '../../json/scan.ts';
import type { Json, JsonObject, NamedResource } from '../../protocol.ts';
import { decodeText } from '../../text.ts';
import { isImplausible } from '../implausible.ts';
import { collectResources, notePart, noteParts } from '../resources.ts';
import type { EventReader } from './events-probe.ts';
import { readMediaUsage } from './usage.ts';

/** What pictures are like, as far as prices may depend on it: in the vendor's words, undefined where nobody says. */
export type SizeAndQuality = { readonly size: string | undefined; readonly quality: string | undefined };

/** What a whole answer with pictures says. */
export type ImagesFacts = {
  readonly images: number;
  readonly usage: Usage;
  readonly servedAs: ServedAs;
  /** It reports usage that cannot be. */
  readonly doubtful: boolean;
};

const tokens = { input: 'inputText', output: 'outputImage' } as const;

/** A member longer than this is none that is read. */
const maxFieldBytes = 1 << 16;

/**
 * Reads an answer of OpenAI's images (`ImagesResponse`), without decoding the pictures in it: megabytes of base64. `asked` is what the
 * request says of size and quality, for vendors who do not say what they made. Undefined when there is no picture in it.
 * https://platform.openai.com/docs/api-reference/images/object
 */
export function readImages(body: Uint8Array, asked: SizeAndQuality): ImagesFacts | undefined {
  const start = skipSpace(body, 0);
  if (body[start] !== OPEN_BRACE) return undefined;
  const fields = new Map<string, Json>();
  let images = 0;
  const cursor = cursorAt(start);
  while (nextMember(body, cursor, true)) {
    const key = keyAt(body, cursor);
    const { valueStart } = cursor;
    if (!passValue(body, cursor)) return undefined;
    if (key === 'data') images = countPictures(body, valueStart);
    else if (cursor.valueEnd - valueStart <= maxFieldBytes) {
      const value = parseJson(decodeText(body.subarray(valueStart, cursor.valueEnd)));
      if (value !== undefined) fields.set(key, value);
    }
  }
  return images === 0 ? undefined : factsOf(images, fields, asked);
}

const keyAt = (bytes: Uint8Array, { start, keyEnd }: Cursor): string =>
  decodeText(bytes.subarray(start + 1, keyEnd - 1));

/** How many members of the list at `at` are pictures, in base64 or by URL. */
function countPictures(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 0x5b) return 0;
  let pictures = 0;
  const items = cursorAt(at);
  while (nextMember(bytes, items, false)) {
    if (bytes[items.valueStart] === OPEN_BRACE) {
      const members = cursorAt(items.valueStart);
      let isPicture = false;
      while (nextMember(bytes, members, true)) {
        const key = keyAt(bytes, members);
        const { valueStart } = members;
        if (!passValue(bytes, members)) return pictures;
        if ((key === 'b64_json' || key === 'url') && members.valueEnd - valueStart > 2 && bytes[valueStart] === 0x22)
          isPicture = true;
      }
      if (isPicture) pictures++;
    }
    if (!passValue(bytes, items)) return pictures;
  }
  return pictures;
}

function factsOf(images: number, fields: ReadonlyMap<string, Json>, asked: SizeAndQuality): ImagesFacts {
  const usage: Usage = { ...readMediaUsage(fields.get('usage'), tokens), images };
  const parts: ServedPart[] = [{ usage, ...sizeAndQualityOf(fields, asked) }];
  const svg = fields.get('svg_usage');
  const doubtful = isImplausible(fields.get('usage')) || isImplausible(svg);
  const drawn = readMediaUsage(svg, { input: 'inputText', output: 'outputText' });
  if (drawn && isObject(svg)) parts.push({ usage: drawn, model: textAt(svg, 'model') });
  return { images, usage: addUp(parts.map((part) => part.usage)), servedAs: { parts }, doubtful };
}

/** How pictures are, by the answer, or else as they were asked for. */
function sizeAndQualityOf(fields: ReadonlyMap<string, Json>, asked: SizeAndQuality): SizeAndQuality {
  const word = (name: 'size' | 'quality'): string | undefined => {
    const told = fields.get(name);
    return typeof told === 'string' && told !== 'auto' ? told : asked[name];
  };
  return { size: word('size'), quality: word('quality') };
}

/** Pictures may be seen before they are whole. */
const tokensOfPartial = 100;

/** Reads a stream of pictures: partial ones, and those that are whole with what they used. */
export function readImageEvents(asked: SizeAndQuality): EventReader & { readonly estimate: Usage } {
  const parts: ServedPart[] = [];
  let partials = 0;
  return {
    fields: ['usage', 'size', 'quality'],
    see(type, fields) {
      if (type.endsWith('.partial_image')) {
        partials++;
        return { meaningful: true };
      }
      if (!type.endsWith('.completed')) return {};
      parts.push({
        usage: { ...readMediaUsage(fields.get('usage'), tokens), images: 1 },
        ...sizeAndQualityOf(fields, asked),
      });
      return { meaningful: true, done: true };
    },
    get usage() {
      return parts.length === 0 ? undefined : addUp(parts.map((part) => part.usage));
    },
    get servedAs() {
      return parts.length === 0 ? undefined : { parts };
    },
    /** Of a stream that broke off before any picture was whole. */
    get estimate() {
      return { outputImage: partials * tokensOfPartial };
    },
  };
}

/** What a request says of the pictures it wants; `auto` is nothing. */
export function askedSizeAndQuality(request: JsonObject): SizeAndQuality {
  const word = (name: string): string | undefined => {
    const value = textAt(request, name);
    return value === undefined || value === 'auto' || value.length > 60 ? undefined : value;
  };
  return { size: word('size'), quality: word('quality') };
}

/** Tokens that a picture may come to, by the quality that is asked for. Those of OpenAI's largest and finest are about 6240. */
export function mostImageTokens(quality: string | undefined, partials: number): number {
  const whole = quality === 'low' ? 1000 : quality === 'medium' ? 3000 : 10_000;
  return whole + partials * tokensOfPartial;
}

/** Tokens that a picture of OpenAI's usual size comes to. https://platform.openai.com/docs/guides/image-generation */
export const likelyImageTokens = (quality: string | undefined): number =>
  quality === 'low' ? 272 : quality === 'high' ? 4160 : 1056;

/** Tokens that a picture may come to which is put in: those of OpenAI at high fidelity stay below. */
export const mostInputImageTokens = 8000;

/** What of its account's a request for pictures names: files to begin with. */
export const readPictureResources = (json: JsonObject): readonly NamedResource[] =>
  collectResources((note) => {
    for (const key of ['images', 'image'])
      if (isObject(at(json, key))) notePart(at(json, key) ?? null, key, note);
      else noteParts(at(json, key), key, note);
    notePart(at(json, 'mask') ?? null, 'mask', note);
  });

import type { Picture } from '@tollgate/wire/ir/images';
import { at, isList, isObject, textAt } from '@tollgate/wire/json/fields';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import type { File } from '../../relay/receive/multipart/parts.ts';
import type { Planned } from '../../relay/request-context.ts';

/** Vendors who take pictures within their request take no more; what is larger is for those who take the form. */
const maxBytes = 20 << 20;
const maxPictures = 16;

const isPicture = (name: string): boolean => /^images?(?:\[|$)/.test(name);

/** A request without the pictures that it begins with. */
export const withoutPictures = (json: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(json).filter(([name]) => !isPicture(name)));

/** The pictures that a request begins with, for a vendor who wants them within its own; rejects with a refusal. */
export async function givenPictures({ body }: Pick<Planned, 'body'>): Promise<readonly Picture[]> {
  const files = body.form?.parts.filter((part): part is File => part.kind === 'file' && isPicture(part.name)) ?? [];
  const named = isObject(body.json) ? namedIn(body.json) : [];
  if (files.length + named.length > maxPictures) throw refusal(`There may be ${maxPictures} pictures at most.`);
  const bytes = files.reduce((sum, { content }) => sum + content.size, 0);
  if (bytes > maxBytes) throw refusal(`The pictures have more than ${maxBytes >> 20} MB.`);
  return [...(await Promise.all(files.map(pictureIn))), ...named];
}

const refusal = (message: string): Refusal => new Refusal('invalid_request', message, { param: 'image' });

async function pictureIn({ content, contentType }: File): Promise<Picture> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.read()) chunks.push(chunk);
  return { base64: Buffer.concat(chunks).toString('base64'), mediaType: contentType ?? 'image/png' };
}

/** As JSON has them: `images` with an `image_url` each, or `image` as others have it. */
function namedIn(json: JsonObject): readonly Picture[] {
  const listed = [at(json, 'images'), at(json, 'image')].flatMap((value): readonly (Json | undefined)[] =>
    isList(value) ? value : [value],
  );
  return listed.flatMap((one): readonly Picture[] => {
    const url = addressOf(one);
    if (url !== undefined) return [pictureAt(url)];
    if (isObject(one) && textAt(one, 'file_id') !== undefined)
      throw refusal('The vendor of this model has not the file: send the picture itself.');
    return [];
  });
}

function addressOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value || undefined;
  if (!isObject(value)) return undefined;
  return textAt(value, 'image_url') ?? addressOf(at(value, 'image_url')) ?? textAt(value, 'url');
}

function pictureAt(url: string): Picture {
  const [, mediaType, base64] = /^data:([^;,]{1,100});base64,(.*)$/s.exec(url) ?? [];
  return base64 === undefined ? { url } : { base64, mediaType };
}

import { isObject } from '@tollgate/wire/json/fields';
import { readJson } from '@tollgate/wire/json/read';
import type { JsonObject } from '@tollgate/wire/protocol';
import { encodeText } from '@tollgate/wire/text';
import { Refusal } from '../../domain/refusal.ts';
import type { Frame } from '../../upstream/upstream-socket.ts';

/** A client's frame as the object that it must be. Nearly all clients send text; what is binary is the same JSON. */
export function readSessionFrame(frame: Frame): JsonObject {
  const read = readJson(typeof frame === 'string' ? encodeText(frame) : frame);
  if ('failure' in read) throw new Refusal('invalid_json', read.message);
  if (!isObject(read.json) || read.duplicateKeys)
    throw new Refusal('invalid_request', 'A frame must be an object, in which no key stands twice.');
  return read.json;
}

import type { JsonObject } from '@tollgate/wire/protocol';
import { dropDuplicateKeys } from '@tollgate/wire/json/duplicates';
import { readJson } from '@tollgate/wire/json/read';
import type { Look } from '@tollgate/wire/protocol';
import type { Journey } from './journey.ts';
import { readBody } from './read-body.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** Body in, look out: parsed once, validated, and kept as bytes for every attempt. */
export async function readRequest(world: World, journey: Journey): Promise<Look> {
  const { relay, overload } = journey.snapshot.settings;
  const { deadlines, load } = world;
  const body = await readBody(journey.call.request, relay.maxBodyBytes, {
    deadlines,
    now: world.clock.elapsed,
    load,
    maxBufferedBytes: overload.maxBufferedBytes,
  });
  const read = readJson(body);
  if ('failure' in read) throw new Refusal('invalid_json', read.message);
  // Of a key that stands twice, we see the last and another parser might see the first: a model could be smuggled by.
  journey.bytes = read.duplicateKeys ? dropDuplicateKeys(body) : body;
  world.load.bufferedBytes += journey.bytes.byteLength;
  const { protocol, operation, path } = journey.call;
  const look = protocol.look(operation, read.json, relay, path);
  if ('invalid' in look) throw new Refusal('invalid_request', look.invalid, { param: look.param });
  journey.json = read.json as JsonObject;
  return look;
}

import type { KeyRecord } from '../domain/snapshot.ts';
import { admit, refuseWhenOverloaded, setTerms } from './admit.ts';
import { errorAnswer, refusalOf, wordsOfRefusal } from './error-answer.ts';
import { identify } from './identify.ts';
import { openJourney, type Call, type Journey } from './journey.ts';
import type { World } from './world.ts';

/**
 * The life of a call that costs nothing (a count of tokens, a kept answer): known by its key and held to its limits like
 * any other, but nothing is set aside, charged or logged. `serve` says with `until` when an answer that goes on after its
 * head is over.
 */
export async function freeCall(
  world: World,
  call: Call,
  serve: (journey: Journey, key: KeyRecord, until: (over: Promise<unknown>) => void) => Promise<Response>,
): Promise<Response> {
  const journey = openJourney(call, world.snapshot(), world.clock.now(), world.clock.elapsed());
  world.load.openRequests++;
  let lasting: Promise<unknown> | undefined;
  const close = (): void => {
    world.load.openRequests--;
    world.load.bufferedBytes -= journey.bytes.byteLength + journey.mediaBytes;
    journey.admission?.leave(0);
  };
  try {
    refuseWhenOverloaded(world, journey);
    const key = (journey.key = await identify(world, call.request, call.clientIp, journey.at, journey.snapshot));
    setTerms(journey, key);
    admit(world, journey, key, 0);
    return await serve(journey, key, (over) => {
      lasting = over;
    });
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal !== thrown) world.log.error({ requestId: call.id, err: thrown }, 'a call failed');
    return errorAnswer(journey, wordsOfRefusal(refusal), refusal.retryAfterSeconds);
  } finally {
    if (lasting) void lasting.then(close);
    else close();
  }
}

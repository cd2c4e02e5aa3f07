import type { KeyRecord } from '../../domain/snapshot.ts';
import { admit, refuseWhenOverloaded, setTerms } from '../admit/admit.ts';
import { errorAnswer, refusalOf, wordsOfRefusal } from '../answer/error-answer.ts';
import { identify } from '../receive/identify.ts';
import { openRequestContext, type Call, type RequestContext } from '../request-context.ts';
import type { RelayDeps } from '../deps.ts';

/**
 * The life of a call that costs nothing (a count of tokens, a kept answer): known by its key and held to its limits like
 * any other, but nothing is set aside, charged or logged. `serve` says with `until` when an answer that goes on after its
 * head is over.
 */
export async function freeCall(
  deps: RelayDeps,
  call: Call,
  serve: (context: RequestContext, key: KeyRecord, until: (over: Promise<unknown>) => void) => Promise<Response>,
): Promise<Response> {
  const context = openRequestContext(call, deps.snapshot(), deps.clock.now(), deps.clock.elapsed());
  deps.load.openRequests++;
  let lasting: Promise<unknown> | undefined;
  const close = (): void => {
    deps.load.openRequests--;
    deps.load.bufferedBytes -= context.bytes.byteLength + context.mediaBytes;
    context.admission?.leave(0);
  };
  try {
    refuseWhenOverloaded(deps, context);
    const key = (context.key = await identify(deps, call.request, call.clientIp, context.at, context.snapshot));
    setTerms(context, key);
    admit(deps, context, key, 0);
    return await serve(context, key, (over) => {
      lasting = over;
    });
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal !== thrown) deps.log.error({ requestId: call.id, err: thrown }, 'a call failed');
    return errorAnswer(context, wordsOfRefusal(refusal), refusal.retryAfterSeconds);
  } finally {
    if (lasting) void lasting.then(close);
    else close();
  }
}

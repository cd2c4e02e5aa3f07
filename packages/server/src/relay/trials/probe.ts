import { causeOf, type Cause } from '../../domain/causes.ts';
import { mappedStatus } from '../../domain/status-mapping.ts';
import type { Answered } from '../send/ask.ts';
import { ask } from '../send/ask.ts';
import type { RelayDeps } from '../deps.ts';
import { redactFor } from '../answer/failure-words.ts';
import { dryRun, type DryRun, type Trial } from './dry-run.ts';

/** How an account answered a request of the gateway's own. */
export type Probed = {
  readonly ok: boolean;
  /** The upstream's; 0 when there was no answer. */
  readonly status: number;
  readonly durationMs: number;
  readonly credential: number;
  readonly upstreamModel: string;
  readonly cause: Cause | null;
  /** What went wrong, in the upstream's words where it said any. Without secrets. */
  readonly message: string;
};

/** Asks an account of a channel something small, and tells how it answered. Nobody is charged, nothing is logged. */
export async function probe(deps: RelayDeps, trial: Trial): Promise<Probed> {
  const { relay } = deps.snapshot().settings;
  const run = await dryRun(deps, trial);
  const { context, candidate, exchange } = run;
  const { channel, credential } = candidate.target;
  const { firstByteMs, idleMs } = channel.timeouts;
  const startedMs = deps.clock.elapsed();
  const limits = {
    firstByteTimeoutMs: firstByteMs ?? relay.firstByteTimeoutMs,
    idleTimeoutMs: idleMs ?? relay.idleTimeoutMs,
  };
  const asked = await ask(deps, { ...relay, ...limits }, exchange.request);
  const fault = 'cause' in asked ? { cause: asked.cause, message: asked.detail } : faultOf(run, asked);
  return {
    ok: fault === undefined,
    status: 'status' in asked ? asked.status : 0,
    durationMs: Math.round(deps.clock.elapsed() - startedMs),
    credential: credential.index,
    upstreamModel: candidate.upstreamModel,
    cause: fault?.cause ?? null,
    message: fault ? redactFor(context, candidate, fault.message) : '',
  };
}

type Fault = { readonly cause: Cause; readonly message: string };

/** What is wrong with an answer; undefined when it is one. */
function faultOf({ candidate, context, exchange }: DryRun, { status, body, contentType }: Answered): Fault | undefined {
  const { channel } = candidate.target;
  if (status < 200 || status >= 300) {
    const failure = mappedStatus(
      exchange.readError(status, new TextDecoder().decode(body), () => undefined),
      channel,
    );
    return { cause: causeOf(failure, channel.provider), message: failure.message };
  }
  const stream = context.summary.stream ? exchange.openStream(contentType, () => undefined) : undefined;
  if (!stream) {
    const { fault } = exchange.readWhole(body, () => undefined);
    return fault && { cause: fault.cause, message: fault.detail };
  }
  stream.push(body);
  stream.end();
  if (stream.error) return { cause: causeOf(stream.error, channel.provider), message: stream.error.message };
  return stream.meaningful ? undefined : { cause: 'empty', message: 'the upstream answered 200 with nothing in it' };
}

import { parseJson } from '@tollgate/wire/json/exact';
import { isObject, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import type { StoredObject } from '../../domain/stored-object.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Exchange } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { detach } from '../../relay/settle/settle.ts';
import { detachedJob, letGo } from '../shared/detached-job.ts';
import { summaryOf } from '../shared/inspect.ts';
import { fault } from '../shared/json-endpoint.ts';

const decoder = new TextDecoder();

/** Reads that a provider has begun a batch; the client is told in the provider's own bytes. */
export function readBegun(
  bytes: Uint8Array,
  idOf: (told: JsonObject) => string | undefined = (told) => textAt(told, 'id'),
): ReturnType<Exchange['readWhole']> {
  const json = parseJson(decoder.decode(bytes));
  const id = isObject(json) ? idOf(json) : undefined;
  if (id === undefined) return fault('unexpected_body', 'the upstream answered 200 and began no batch', undefined);
  return {
    usage: undefined,
    outputEstimate: 0,
    detached: { responseId: id, parts: {}, given: undefined },
    write: () => ({ body: bytes, contentType: 'application/json', losses: [] }),
  };
}

/** Has a batch looked after from here on; `toldAs` is what is written down of it, by its vendor's id. */
export const handOverBatch =
  (
    deps: RelayDeps,
    context: Planned,
    candidate: Candidate,
    toldAs: (vendorId: string) => StoredObject,
  ): NonNullable<Exchange['handOver']> =>
  (detached, taken, failed) => {
    const found = detachedJob(deps, context, candidate, detached);
    if ('refused' in found) return failed(new Error(found.refused));
    const taking = deps.objects.take(toldAs(detached.responseId), found.job, found.hold);
    letGo(deps, context, taking, () => detach(deps, context), taken, failed);
  };

/** The geography of all of them; undefined where they ask for several, or leave it open. */
function geoOf(summaries: readonly RequestSummary[]): string | undefined {
  const [first] = summaries;
  return summaries.every(({ geo }) => geo === first?.geo) ? first?.geo : undefined;
}

/** What the requests of a batch, all of one model, come to. */
export function together(summaries: readonly RequestSummary[]): RequestSummary {
  const sum = (of: (one: RequestSummary) => number | undefined): number =>
    summaries.reduce((all, one) => all + (of(one) ?? 0), 0);
  const references = summaries.flatMap((one) => one.references ?? []);
  const [first] = references;
  const hosted = summaries.flatMap((one) => one.hosted ?? []);
  return summaryOf(summaries[0]?.model ?? '', null, {
    calls: summaries.length,
    inputEstimate: sum(({ inputEstimate }) => inputEstimate),
    maxOutputTokens: sum(({ maxOutputTokens }) => maxOutputTokens),
    geo: geoOf(summaries),
    otherModels: summaries.find(({ otherModels }) => otherModels)?.otherModels,
    references: first && { ...first, resources: references.flatMap(({ resources }) => resources) },
    hosted: hosted.length === 0 ? undefined : hosted,
  });
}

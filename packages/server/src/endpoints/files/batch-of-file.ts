import type { RequestSummary } from '@tollgate/wire/protocol';
import { referencesTo } from '@tollgate/wire/protocols/resources';
import { Refusal } from '../../domain/refusal.ts';
import type { RequestLines, StoredObject } from '../../domain/stored-object.ts';
import type { Candidate, Inspected } from '../../relay/request-context.ts';
import { goesByRequest } from './asked-lines.ts';

/** Where a batch names the file of its requests. */
export const fileParam = 'batch.inputConfig.fileName';

/** What was read of a file when it was uploaded. Throws where nothing was, or no batch of this kind can be made of it. */
export function linesOf({ lines }: StoredObject, of: RequestLines['of']): RequestLines {
  const why = !lines
    ? 'Its requests were not read: upload it as "application/jsonl" in pieces, as the SDKs do, or alone in one body (uploadType=media), not in parts (multipart/related).'
    : (lines.refused ?? (lines.of === of ? undefined : 'Its requests are not of the kind that this method is for.'));
  if (lines && why === undefined) return lines;
  throw new Refusal('invalid_request', `No batch can be made of the file. ${why}`, { param: fileParam });
}

/** What the requests of a file come to, without what those may that say no most. */
export function summaryOfLines({ summary, snapshot }: Inspected, lines: RequestLines): RequestSummary {
  const { count, inputEstimate, maxOutputTokens, searches, named } = lines;
  const most = searches * snapshot.settings.relay.holdToolUses;
  return {
    ...summary,
    calls: count,
    inputEstimate,
    maxOutputTokens,
    references: referencesTo(named),
    hosted: searches === 0 ? undefined : [{ bucket: 'searches', most }],
  };
}

/** Whether the lines of a file can be sent as they are: they pass here unchanged. Throws where nobody else could send them either. */
export function maySendLines({ upstreamModel, price }: Candidate, { lines }: StoredObject): boolean {
  if (goesByRequest(price))
    throw new Refusal(
      'invalid_request',
      'The price of this model goes by each request: give them in the batch itself.',
      {
        param: fileParam,
      },
    );
  if (lines?.model === undefined || lines.model === `models/${upstreamModel}`) return true;
  throw new Refusal('invalid_request', 'Leave out the model in the requests of the file: the path names it.', {
    param: fileParam,
  });
}

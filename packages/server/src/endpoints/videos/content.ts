import { posterIndexOf } from '../../domain/media-files.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { MediaTask } from '../../domain/media-task.ts';
import { unknownModel } from '@tollgate/wire/models/traits';
import { answerHeaders } from '../../relay/answer/headers.ts';
import type { VideoVariant } from '../../providers/define.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Exchange } from '../../relay/exchange.ts';
import type { Inspected, Planned } from '../../relay/request-context.ts';
import { openBytes } from '../shared/bytes.ts';
import { readerOfErrors, wholeOnly } from '../shared/json-endpoint.ts';
import { chain } from '../shared/upstream-request.ts';
import { askForContent } from './ask-after.ts';
import { makingAccountOf } from './account.ts';
import { requestOf, type MakingAccount } from '../shared/task-requests.ts';
import { free, ownTask } from './own-answers.ts';
import { keptAnswer, readPart } from './results/kept-answer.ts';

/** Where the bytes of a video come from: the account that made it, or an address for everybody, which is open already. */
type Source =
  | { readonly task: MediaTask; readonly account: MakingAccount; readonly variant?: VideoVariant }
  | { readonly task: MediaTask; readonly opened: Response };

/** Of the answer of whoever has the file, what its reader needs to read a part of it, or to know that it is the same. */
const passedBack = [
  'content-length',
  'content-range',
  'accept-ranges',
  'etag',
  'last-modified',
  'content-disposition',
] as const;

/**
 * The bytes of a video, for its owner alone: from the account that made it, or from the address that its vendor named, through the
 * guard of all addresses. They pass as they come, whole or the part that is asked for.
 * https://platform.openai.com/docs/api-reference/videos/content
 */
export const contentEndpoint: Endpoint = defineEndpoint<Source>({
  ...free,
  id: 'videos-content',
  title: 'OpenAI Videos, the file of one',
  routes: [{ method: 'GET', path: '/v1/videos/{id}/content' }],
  answers: ['bytes'],
  begin: openSource,
  candidates: (_deps, _context, source) =>
    'opened' in source
      ? []
      : [
          {
            ...source.account,
            mode: 'passthrough',
            upstreamModel: '',
            traits: unknownModel,
            maxOutputTokens: undefined,
            reasoning: undefined,
            price: undefined,
          },
        ],
  exchange: contentExchange,
  fallback(_context, source) {
    if ('opened' in source) return source.opened;
    throw new Refusal('upstream_unreachable', 'The provider could not be asked for the video.');
  },
});

async function openSource(deps: RelayDeps, context: Inspected): Promise<Source> {
  const task = await ownTask(deps, context);
  const { status, url } = task.state;
  if (status === 'failed') throw new Refusal('video_not_found', 'The video could not be made.', { param: 'id' });
  if (status !== 'completed') throw new Refusal('video_in_progress', 'The video is still being made.');
  const variant = readVariant(context.call.request.url);
  if (variant !== undefined) return await openVariant(deps, context, task, variant);
  const kept = await keptFile(deps, context, task, 0);
  if (kept) return { task, opened: kept };
  if (url !== undefined) return { task, opened: await openAddress(deps, context, url) };
  const account = makingAccountOf(context.snapshot, task);
  if (!account) throw new Refusal('video_not_found', 'Who made the video is not asked any more.', { param: 'id' });
  return account.dialect.videos?.content === undefined
    ? { task, opened: await openAnswer(deps, context, account, task) }
    : { task, account };
}

const keptFile = (deps: RelayDeps, context: Inspected, task: MediaTask, index: number): Promise<Response | undefined> =>
  keptAnswer(deps, task, index, context.call.request, {
    ...answerHeaders(context, task.files.find((file) => file.index === index)?.mediaType ?? 'video/mp4'),
    ...headersBack(() => undefined),
  });

const variants = ['thumbnail', 'spritesheet'] as const satisfies readonly VideoVariant[];

/** What is asked for beside the film itself; undefined for the film. */
function readVariant(url: string): VideoVariant | undefined {
  const asked = new URL(url).searchParams.get('variant') ?? 'video';
  const variant = variants.find((one) => one === asked);
  if (variant === undefined && asked !== 'video')
    throw new Refusal('invalid_request', '"variant" must be video, thumbnail or spritesheet.', { param: 'variant' });
  return variant;
}

/** A picture of a video: at the account that made it, or the one that its vendor named. */
async function openVariant(
  deps: RelayDeps,
  context: Inspected,
  task: MediaTask,
  variant: VideoVariant,
): Promise<Source> {
  const poster = variant === 'thumbnail' ? posterIndexOf(task.state) : undefined;
  const address = poster === undefined ? undefined : task.state.poster;
  if (poster !== undefined && address !== undefined) {
    const opened = await keptFile(deps, context, task, poster);
    return { task, opened: opened ?? (await openAddress(deps, context, address)) };
  }
  const account = makingAccountOf(context.snapshot, task);
  if (account?.dialect.videos?.variants === undefined)
    throw new Refusal('not_supported_by_model', 'Its provider has no such picture of it.', { param: 'variant' });
  return { task, account, variant };
}

async function openAddress(deps: RelayDeps, context: Inspected, url: string): Promise<Response> {
  const { media, relay } = context.snapshot.settings;
  const { request } = context.call;
  const opened = await deps.openPublic(url, {
    timeoutMs: relay.firstByteTimeoutMs,
    ports: media.fetch.ports,
    allowPrivate: media.fetch.allowPrivate,
    range: rangeOf(request),
    signal: request.signal,
  });
  if ('why' in opened) {
    deps.log.warn({ requestId: context.call.id, why: opened.why, detail: opened.detail }, 'a video was not to be had');
    throw new Refusal('upstream_unreachable', `The video cannot be fetched: ${opened.problem}.`);
  }
  const { status, headers, body } = opened;
  const type = headers.get('content-type') ?? 'video/mp4';
  return new Response(body, {
    status,
    headers: { ...answerHeaders(context, type), ...headersBack((name) => headers.get(name)) },
  });
}

/** A video that its vendor hands out within an answer in JSON, or the part of it that is asked for. */
async function openAnswer(
  deps: RelayDeps,
  context: Inspected,
  account: MakingAccount,
  task: MediaTask,
): Promise<Response> {
  const content = await askForContent(deps, account, task);
  if (!content) throw new Refusal('upstream_unreachable', 'The provider did not hand the video out.');
  const { bytes, mediaType } = content;
  const headers = {
    ...answerHeaders(context, mediaType),
    ...headersBack(() => undefined),
    'accept-ranges': 'bytes',
  };
  const part = readPart(rangeOf(context.call.request) ?? '', bytes.byteLength);
  if (part === undefined || part === 'beyond') return new Response(bytes, { headers });
  const range = { 'content-range': `bytes ${part.from}-${part.to}/${bytes.byteLength}` };
  return new Response(bytes.subarray(part.from, part.to + 1), { status: 206, headers: { ...headers, ...range } });
}

function contentExchange(
  deps: RelayDeps,
  { call }: Planned,
  source: Source,
  candidate: Parameters<typeof readerOfErrors>[0],
) {
  if ('opened' in source) throw new Error('the video is open already');
  const range = rangeOf(call.request);
  const asking = requestOf(
    deps,
    source.account,
    source.variant ?? 'content',
    { id: source.task.vendorId, file: source.task.state.file },
    range === undefined ? {} : { range },
  );
  if (!asking) throw new Refusal('video_not_found', 'Its provider does not hand the video out.', { param: 'id' });
  return chain(asking, (request): Exchange => ({
    ...wholeOnly,
    request,
    readError: readerOfErrors(candidate),
    openStream: (type, header) => openBytes(type || 'video/mp4', () => noUsage, headersBack(header)),
    readWhole: () => {
      throw new Error('a video is not collected');
    },
  }));
}

const noUsage = { usage: undefined };

/** The part that is asked for, where it is one that HTTP knows. */
export function rangeOf({ headers }: Request): string | undefined {
  const range = headers.get('range') ?? '';
  return /^bytes=[\d\s,-]{1,100}$/.test(range) ? range : undefined;
}

/** A video is its owner's alone, and does not change. */
export function headersBack(header: (name: string) => string | undefined): Record<string, string> {
  const back: Record<string, string> = { 'cache-control': 'private, max-age=86400' };
  for (const name of passedBack) {
    const value = header(name);
    if (value !== undefined) back[name] = value;
  }
  return back;
}

import { filesOf } from '../../../domain/media-files.ts';
import type { MediaTask } from '../../../domain/media-task.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { Call, ErrorFormat } from '../../../relay/call.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../../relay/endpoint.ts';
import { sameSecret } from '../../../services/accounts/secret-text.ts';
import { isSigned } from '../../../services/media/results/links.ts';
import { lookedUp } from '../../shared/foreign-resources.ts';
import { headersBack, rangeOf } from '../content.ts';
import { askedOfNobody, free } from '../own-answers.ts';
import { openVendorFile } from '../results/open-vendor-file.ts';
import { keptAnswer } from '../results/kept-answer.ts';
import { shownType } from '../results/media-types.ts';
import { readSide, thumbnailAnswer } from '../results/thumbnail-answer.ts';

/**
 * A drawing's picture, a film, a piece of music, whole or in parts: as it is kept, or through the guard of all addresses. With `width`
 * a small picture of it.
 */
async function medium(deps: RelayDeps, call: Call): Promise<Response> {
  const { request } = call;
  const side = readSide(request.url);
  const { task, index } = await named(deps, call);
  if (side !== undefined)
    return await thumbnailAnswer(deps, task, index, { request, side, headers: headersFor(call, 'image/webp') });
  const file = task.files.find((one) => one.index === index);
  const kept = await keptAnswer(deps, task, index, call.request, headersFor(call, file?.mediaType ?? ''));
  return kept ?? (await fromVendor(deps, call, task, index));
}

/** The file that an address names: by the task's secret, or by a signature that holds for a while. */
async function named(
  deps: RelayDeps,
  { request, target }: Call,
): Promise<{ readonly task: MediaTask; readonly index: number }> {
  const [name = '', second = '', third = '0'] = (target.params['id'] ?? '').slice(0, 120).split('.');
  const task = second === '' ? undefined : await lookedUp(deps, deps.tasks.findAny(name));
  const secret = task?.asked.secret;
  const bySecret = second.length > 2;
  const index = readIndex(bySecret ? third : second);
  const query = new URL(request.url).searchParams;
  const link = { taskId: name, index, expires: Number(query.get('expires') ?? 0) };
  const isOpen =
    secret !== undefined &&
    (bySecret
      ? secret !== '' && sameSecret(second, secret)
      : isSigned(secret, link, query.get('signature') ?? '', deps.clock.now()));
  if (!task || !isOpen || (await isBarred(deps, task))) throw missing();
  return { task, index };
}

/** Whether its person may not fetch it any more: it was made by the key of a team that they have left. */
async function isBarred(deps: RelayDeps, { channelId, userId }: MediaTask): Promise<boolean> {
  const owner = deps.snapshot().providerKeys.byId.get(channelId)?.broughtBy.owner;
  return owner !== undefined && owner !== userId && (await lookedUp(deps, deps.tasks.hasLeft(owner, userId)));
}

const readIndex = (text: string): number => (/^\d{1,2}$/.test(text) ? Number(text) : -1);

const missing = (): Refusal => new Refusal('task_not_found', 'There is no such file.', { param: 'id' });

async function fromVendor(deps: RelayDeps, call: Call, task: MediaTask, index: number): Promise<Response> {
  const address = filesOf(task.state)[index];
  if (address === undefined) return await fromAccount(deps, call, task, index);
  const { media, relay } = deps.snapshot().settings;
  const opened = await deps.openPublic(address, {
    timeoutMs: relay.firstByteTimeoutMs,
    ports: media.fetch.ports,
    allowPrivate: media.fetch.allowPrivate,
    range: rangeOf(call.request),
    signal: call.request.signal,
  });
  if ('why' in opened) {
    deps.log.warn({ requestId: call.id, why: opened.why, detail: opened.detail }, 'a file of a task was not to be had');
    throw new Refusal('upstream_unreachable', `The file cannot be fetched: ${opened.problem}.`);
  }
  const { headers, status, body } = opened;
  const passed = headersBack((name) => headers.get(name));
  return new Response(body, { status, headers: { ...passed, ...headersFor(call, headers.get('content-type') ?? '') } });
}

/** A film that lies at no address: whoever made it hands it out, whole. */
async function fromAccount(deps: RelayDeps, call: Call, task: MediaTask, index: number): Promise<Response> {
  if (task.kind !== 'video' || task.state.status !== 'completed' || index !== 0) throw missing();
  try {
    const { contentType, body } = await openVendorFile(deps, task, index, call.request.signal);
    return new Response(body, { headers: headersFor(call, contentType) });
  } catch (error) {
    deps.log.warn({ requestId: call.id, err: error }, 'a film was not to be had');
    throw new Refusal('upstream_unreachable', 'The provider did not hand the film out.');
  }
}

const headersFor = ({ id }: Call, contentType: string): Record<string, string> => ({
  'content-type': shownType(contentType),
  'x-content-type-options': 'nosniff',
  'cache-control': 'public, max-age=86400',
  'access-control-allow-origin': '*',
  'x-request-id': id,
});

/** For whoever knows its name and what proves it, which cannot be guessed: pages show pictures without a key. */
export const openMedia = (errors: ErrorFormat): Endpoint =>
  defineEndpoint<undefined>({
    ...free,
    ...askedOfNobody,
    id: 'media',
    title: 'Files of tasks, for whoever knows the address',
    routes: [
      { method: 'GET', path: '/mj/image/{id}' },
      { method: 'GET', path: '/media/{id}' },
    ],
    protocol: 'midjourney',
    operation: 'drawings',
    errors,
    answers: ['bytes'],
    begin: () => undefined,
    open: medium,
  });

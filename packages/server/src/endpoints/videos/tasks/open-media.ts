import { timingSafeEqual } from 'node:crypto';
import { Refusal } from '../../../domain/refusal.ts';
import type { Call, ErrorFormat } from '../../../relay/call.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../../relay/endpoint.ts';
import { lookedUp } from '../../shared/foreign-resources.ts';
import { headersBack, rangeOf } from '../content.ts';
import { askedOfNobody, free } from '../own-answers.ts';

/** What is shown as it is; anything else might be a page that speaks in the gateway's name. */
const shown = /^(?:image\/(?:png|jpe?g|webp|gif|avif)|video\/(?:mp4|webm|quicktime)|audio\/[a-z0-9.+-]{1,40})$/;

/** A drawing's picture, a film, a piece of music, whole or in parts, through the guard of all addresses. */
async function medium(deps: RelayDeps, { id, request, target }: Call): Promise<Response> {
  const [name = '', secret = ''] = (target.params['id'] ?? '').slice(0, 100).split('.');
  const task = secret === '' ? undefined : await lookedUp(deps, deps.tasks.findAny(name));
  const url = task && isSame(task.asked.secret, secret) ? task.state.url : undefined;
  if (url === undefined) throw new Refusal('task_not_found', 'There is no such file.', { param: 'id' });
  const { media, relay } = deps.snapshot().settings;
  const opened = await deps.openPublic(url, {
    timeoutMs: relay.firstByteTimeoutMs,
    ports: media.fetch.ports,
    allowPrivate: media.fetch.allowPrivate,
    range: rangeOf(request),
    signal: request.signal,
  });
  if ('why' in opened) {
    deps.log.warn({ requestId: id, why: opened.why, detail: opened.detail }, 'a file of a task was not to be had');
    throw new Refusal('upstream_unreachable', `The file cannot be fetched: ${opened.problem}.`);
  }
  const type = opened.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  return new Response(opened.body, {
    status: opened.status,
    headers: {
      ...headersBack((name) => opened.headers.get(name)),
      'content-type': shown.test(type) ? type : 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=86400',
      'access-control-allow-origin': '*',
      'x-request-id': id,
    },
  });
}

function isSame(secret: string | undefined, given: string): boolean {
  const [one, other] = [Buffer.from(secret ?? ''), Buffer.from(given)];
  return one.length > 0 && one.length === other.length && timingSafeEqual(one, other);
}

/** For whoever knows its name and the secret behind it, which cannot be guessed: pages show pictures without a key. */
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

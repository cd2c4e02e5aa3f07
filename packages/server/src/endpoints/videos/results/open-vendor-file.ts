import { filesOf } from '../../../domain/media-files.ts';
import type { MediaTask } from '../../../domain/media-task.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import { openAnswer } from '../../../relay/send/open-answer.ts';
import { makingAccountOf } from '../account.ts';
import { requestOf } from '../../shared/task-requests.ts';
import { askForContent } from '../ask-after.ts';

/** A file that its vendor has begun to send, whole. */
export type VendorFile = {
  /** As its server says it; empty where it says nothing. */
  readonly contentType: string;
  readonly body: ReadableStream<Uint8Array>;
};

/**
 * Opens a file of a task that is done, where its vendor has it: at an address for everybody, through the guard of all addresses, or
 * with the account that made it. Rejects, saying why, when it is not to be had.
 */
export async function openVendorFile(
  deps: RelayDeps,
  task: MediaTask,
  index: number,
  signal: AbortSignal,
): Promise<VendorFile> {
  const address = filesOf(task.state)[index];
  return address === undefined
    ? await openOfAccount(deps, task, 'content', signal)
    : await openAddress(deps, address, signal);
}

async function openAddress(deps: RelayDeps, address: string, signal: AbortSignal): Promise<VendorFile> {
  const { media, relay } = deps.snapshot().settings;
  const opened = await deps.openPublic(address, {
    timeoutMs: relay.firstByteTimeoutMs,
    ports: media.fetch.ports,
    allowPrivate: media.fetch.allowPrivate,
    signal,
  });
  if ('why' in opened) throw new Error(opened.problem);
  if (opened.status !== 200) throw new Error(`its server answered with status ${opened.status}`);
  return { contentType: opened.headers.get('content-type') ?? '', body: opened.body };
}

/** Opens a film, or a picture of it, with the account that made it. Rejects, saying why, when it is not to be had. */
export async function openOfAccount(
  deps: RelayDeps,
  task: MediaTask,
  what: 'content' | 'thumbnail',
  signal: AbortSignal,
): Promise<VendorFile> {
  const snapshot = deps.snapshot();
  const account = makingAccountOf(snapshot, task);
  if (!account) throw new Error('who made it is not asked any more');
  const request = await requestOf(deps, account, what, { id: task.vendorId, file: task.state.file });
  if (!request) {
    const content = what === 'content' ? await askForContent(deps, account, task) : undefined;
    if (!content) throw new Error('its provider did not hand it out');
    return { contentType: content.mediaType, body: new Blob([content.bytes]).stream() };
  }
  const opened = await openAnswer(deps, snapshot.settings.relay, request);
  if ('cause' in opened) throw new Error(`its provider could not be asked: ${opened.detail}`);
  if (opened.status !== 200) {
    await opened.body.cancel();
    throw new Error(`its provider answered with status ${opened.status}`);
  }
  signal.addEventListener('abort', () => void opened.body.cancel().catch(() => undefined), { once: true });
  return { contentType: opened.headers.get('content-type') ?? '', body: opened.body };
}

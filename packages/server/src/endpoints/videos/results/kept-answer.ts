import type { KeptFile, MediaTask } from '../../../domain/media-task.ts';
import type { RelayDeps } from '../../../relay/deps.ts';

/** How long a reader that is sent to the store may begin to read there. */
const redirectedSeconds = 3600;

/**
 * A file that the gateway keeps of a task, whole or the part that is asked for, or where to read it; undefined when it keeps none.
 * What is kept never changes, so whoever has it is told so.
 */
export async function keptAnswer(
  deps: RelayDeps,
  task: MediaTask,
  index: number,
  request: Request,
  headers: Readonly<Record<string, string>>,
): Promise<Response | undefined> {
  const file = task.files.find((one) => one.index === index);
  if (!file) return undefined;
  const etag = `"${task.id}-${index}"`;
  const known = { ...headers, etag, 'accept-ranges': 'bytes' };
  if (namesTag(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers: known });
  const link = deps.results.link(file, redirectedSeconds);
  if (link !== undefined) {
    // The link must not be kept for longer than it holds.
    return new Response(null, { status: 302, headers: { ...headers, location: link, 'cache-control': 'no-store' } });
  }
  return await answerOf(deps, file, partOf(request, etag, file.bytes), known);
}

async function answerOf(
  deps: RelayDeps,
  file: KeptFile,
  part: Asked,
  headers: Readonly<Record<string, string>>,
): Promise<Response | undefined> {
  const { bytes } = file;
  if (part === 'beyond')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${bytes}` } });
  const body = await deps.results.open(file, part);
  if (!body) return undefined;
  const length = part ? part.to - part.from + 1 : bytes;
  return new Response(body, {
    status: part ? 206 : 200,
    headers: {
      ...headers,
      'content-type': headers['content-type'] ?? file.mediaType,
      'content-length': `${length}`,
      ...(part && { 'content-range': `bytes ${part.from}-${part.to}/${bytes}` }),
    },
  });
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match */
export const namesTag = (header: string | null, etag: string): boolean =>
  header !== null && header.split(',', 20).some((one) => [etag, `W/${etag}`, '*'].includes(one.trim()));

type Asked = { readonly from: number; readonly to: number } | 'beyond' | undefined;

/** One part, of the file as its reader has it; anything else is answered with the whole. */
function partOf({ headers }: Request, etag: string, size: number): Asked {
  const condition = headers.get('if-range');
  return condition !== null && condition !== etag ? undefined : readPart(headers.get('range') ?? '', size);
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-range */
export function readPart(range: string, size: number): Asked {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from >= size || from > to ? 'beyond' : { from, to };
}

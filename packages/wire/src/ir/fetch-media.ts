import type { Egress } from './codec.ts';
import type { MediaPart, MediaSource, Part } from './part.ts';
import type { IrRequest } from './request.ts';

/** A medium to be fetched, and where in the request it stands (first). */
export type MediumToFetch = { readonly url: string; readonly path: string };

/** A medium's bytes as the canonical form has them. */
export type FetchedMedium = { readonly mediaType: string; readonly data: string };

/**
 * Media whose bytes the upstream's protocol needs, because it takes no URLs of that kind; each URL once. The caller
 * fetches them (guarded) and hands them to {@link withMedia}; what it does not fetch is written as far as it can be, or
 * is a loss.
 */
export function mediaToFetch(request: IrRequest, egress: Egress): readonly MediumToFetch[] {
  const { needsBytes } = egress;
  if (!needsBytes) return [];
  const paths = new Map<string, string>();
  eachMedium(request, (part, path) => {
    const { source } = part;
    if (source.kind === 'url' && /^https?:/i.test(source.url) && !paths.has(source.url) && needsBytes(part))
      paths.set(source.url, path);
    return part;
  });
  return [...paths].map(([url, path]) => ({ url, path }));
}

/** The request with media in place of the URLs they were fetched from; the argument itself when there are none. */
export function withMedia(request: IrRequest, fetched: ReadonlyMap<string, FetchedMedium>): IrRequest {
  if (fetched.size === 0) return request;
  return eachMedium(request, (part) => {
    const found = part.source.kind === 'url' ? fetched.get(part.source.url) : undefined;
    if (!found) return part;
    const source: MediaSource = { kind: 'base64', ...found };
    return { ...part, source };
  });
}

function eachMedium(request: IrRequest, change: (part: MediaPart, path: string) => MediaPart): IrRequest {
  const changeAll = (parts: readonly Part[], path: string): readonly Part[] =>
    parts.map((part, index) => {
      switch (part.type) {
        case 'image':
        case 'audio':
        case 'video':
        case 'document':
          return change(part, `${path}[${index}]`);
        case 'tool-result':
          return { ...part, content: changeAll(part.content, `${path}[${index}].content`) };
        default:
          return part;
      }
    });
  return {
    ...request,
    messages: request.messages.map((message, index) => ({
      ...message,
      parts: changeAll(message.parts, `messages[${index}].parts`),
    })),
  };
}

import type { Egress } from './codec.ts';
import type { MediaPart, MediaSource, Part } from './part.ts';
import type { IrRequest } from './request.ts';

/**
 * URLs of media whose bytes the upstream's protocol needs, because it takes no URLs of that kind. The caller fetches them
 * (guarded) and hands them to {@link withMedia}; what it does not fetch is written as far as it can be, or is a loss.
 */
export function mediaToFetch(request: IrRequest, egress: Egress): readonly string[] {
  const { needsBytes } = egress;
  if (!needsBytes) return [];
  const urls = new Set<string>();
  eachMedium(request, (part) => {
    if (part.source.kind === 'url' && /^https?:/i.test(part.source.url) && needsBytes(part)) urls.add(part.source.url);
    return part;
  });
  return [...urls];
}

/** The request with media in place of the URLs they were fetched from; the argument itself when there are none. */
export function withMedia(
  request: IrRequest,
  fetched: ReadonlyMap<string, { readonly mediaType: string; readonly data: string }>,
): IrRequest {
  if (fetched.size === 0) return request;
  return eachMedium(request, (part) => {
    const found = part.source.kind === 'url' ? fetched.get(part.source.url) : undefined;
    if (!found) return part;
    const source: MediaSource = { kind: 'base64', ...found };
    return { ...part, source };
  });
}

function eachMedium(request: IrRequest, change: (part: MediaPart) => MediaPart): IrRequest {
  const changeAll = (parts: readonly Part[]): readonly Part[] =>
    parts.map((part) => {
      switch (part.type) {
        case 'image':
        case 'audio':
        case 'video':
        case 'document':
          return change(part);
        case 'tool-result':
          return { ...part, content: changeAll(part.content) };
        default:
          return part;
      }
    });
  return {
    ...request,
    messages: request.messages.map((message) => ({ ...message, parts: changeAll(message.parts) })),
  };
}

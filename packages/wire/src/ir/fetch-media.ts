import type { Egress } from './codec.ts';
import type { MediaPart, Part } from './part.ts';
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
  // By their URLs: a request may name tens of thousands.
  const found = new Map<string, MediumToFetch>();
  const look = (parts: readonly Part[], path: string): void => {
    for (const [index, part] of parts.entries()) {
      if (part.type === 'tool-result') look(part.content, `${path}[${index}].content`);
      if (!isMedium(part) || part.source.kind !== 'url') continue;
      const { url } = part.source;
      if (/^https?:/i.test(url) && !found.has(url) && needsBytes(part))
        found.set(url, { url, path: `${path}[${index}]` });
    }
  };
  for (const [index, message] of request.messages.entries()) look(message.parts, `messages[${index}].parts`);
  return [...found.values()];
}

/** The request with media in place of the URLs they were fetched from; the argument itself when there are none. */
export function withMedia(request: IrRequest, fetched: ReadonlyMap<string, FetchedMedium>): IrRequest {
  if (fetched.size === 0) return request;
  const fill = (parts: readonly Part[]): readonly Part[] =>
    parts.map((part) => {
      if (part.type === 'tool-result') return { ...part, content: fill(part.content) };
      if (!isMedium(part) || part.source.kind !== 'url') return part;
      const medium = fetched.get(part.source.url);
      return medium ? { ...part, source: { kind: 'base64', ...medium } } : part;
    });
  return { ...request, messages: request.messages.map((message) => ({ ...message, parts: fill(message.parts) })) };
}

const isMedium = (part: Part): part is MediaPart =>
  part.type === 'image' || part.type === 'audio' || part.type === 'video' || part.type === 'document';

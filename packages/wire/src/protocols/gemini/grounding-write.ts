import type { Citation } from '../../ir/part.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { utf8Length } from '../../text.ts';

/** Gathers the citations of one candidate. */
export type Grounding = {
  /**
   * Adds a citation of `text`, which begins at byte `from` of the part `partIndex`. False when it cites what Google has no
   * word for.
   */
  add(citation: Citation, text: string, partIndex: number, from: number): boolean;
  /** `groundingMetadata`, when there is anything to tell. */
  readonly value: JsonObject | undefined;
};

export function openGrounding(): Grounding {
  const chunks = new Map<string, { readonly index: number; readonly chunk: JsonObject }>();
  const supports: JsonObject[] = [];
  return {
    add(citation, text, partIndex, from) {
      const chunk = chunkOf(citation);
      if (!chunk) return false;
      const key = JSON.stringify(chunk);
      const known = chunks.get(key) ?? { index: chunks.size, chunk };
      chunks.set(key, known);
      // A citation without a place belongs to the whole text that carries it.
      const start = citation.start ?? 0;
      const end = citation.end ?? text.length;
      supports.push({
        segment: compact({
          partIndex: partIndex === 0 ? undefined : partIndex,
          startIndex: from + utf8Length(text.slice(0, start)),
          endIndex: from + utf8Length(text.slice(0, end)),
          text: text.slice(start, end),
        }),
        groundingChunkIndices: [known.index],
      });
      return true;
    },
    get value() {
      if (chunks.size === 0) return undefined;
      return { groundingChunks: [...chunks.values()].map(({ chunk }) => chunk), groundingSupports: supports };
    },
  };
}

function chunkOf(citation: Citation): JsonObject | undefined {
  const { url, title, quote } = citation;
  if (url !== undefined) return { web: compact({ uri: url, title }) };
  if (citation.kind === 'document' || citation.kind === 'file')
    return { retrievedContext: compact({ title: title ?? citation.fileId, text: quote }) };
  return undefined;
}

import { lexer, type Token } from 'marked';
import { useMemo } from 'react';
import { Blocks } from './blocks.tsx';

type MarkdownProps = {
  readonly text: string;
  /** How deep its first headings are on the page; default 3. */
  readonly level?: number;
};

/**
 * Markdown (GFM) as elements of ours. There is no HTML in between that would have to be cleaned: what a text holds of it is
 * shown as it is written, and addresses are let through by their scheme. Load it lazily: `const Markdown = lazy(…)`.
 */
export default function Markdown({ text, level = 3 }: MarkdownProps) {
  const tokens = useMemo(() => lexer(text, { gfm: true, breaks: false }), [text]);
  const levels = useMemo(() => levelsOf(tokens, level), [tokens, level]);
  return (
    <div className="min-w-0 leading-relaxed wrap-anywhere [&>*+*]:mt-3" dir="auto">
      <Blocks tokens={tokens} levels={levels} />
    </div>
  );
}

/**
 * How deep each heading is on the page. The first is of the given level; none is more than one below the one before it,
 * whatever its author liked the size of.
 */
function levelsOf(tokens: readonly Token[], first: number): ReadonlyMap<Token, number> {
  const levels = new Map<Token, number>();
  let before = first - 1;
  let top: number | undefined;
  for (const token of tokens) {
    if (token.type !== 'heading') continue;
    const depth = Number(token['depth']);
    top = Math.min(top ?? depth, depth);
    before = Math.min(first + depth - top, before + 1, 6);
    levels.set(token, before);
  }
  return levels;
}

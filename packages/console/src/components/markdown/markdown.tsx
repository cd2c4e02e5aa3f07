import { lexer } from 'marked';
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
  return (
    <div className="min-w-0 leading-relaxed wrap-anywhere [&>*+*]:mt-3" dir="auto">
      <Blocks tokens={tokens} level={level} />
    </div>
  );
}

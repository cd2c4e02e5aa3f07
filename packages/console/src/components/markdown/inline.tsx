import type { MarkedToken, Token } from 'marked';
import type { ReactNode } from 'react';
import { Code } from '../ui/code-block.tsx';
import { Link, OuterLink } from '../ui/link.tsx';
import { isInlineImage, isOwnPage, readEntities, safeAddress } from './safe-address.ts';

/** The inline tokens of a line. Their places in it are their keys: a text that comes in pieces only grows at its end. */
export const Inline = ({ tokens }: { readonly tokens: readonly Token[] | undefined }) => (
  <>
    {(tokens ?? []).map((token, index) => (
      <Piece key={index} token={token as MarkedToken} />
    ))}
  </>
);

function Piece({ token }: { readonly token: MarkedToken }): ReactNode {
  switch (token.type) {
    case 'strong':
      return (
        <strong className="font-semibold">
          <Inline tokens={token.tokens} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      );
    case 'del':
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      );
    case 'codespan':
      return <Code>{token.text}</Code>;
    case 'br':
      return <br />;
    case 'link': {
      const href = safeAddress(token.href);
      const words = <Inline tokens={token.tokens} />;
      if (isOwnPage(token.href)) return <Link to={token.href}>{words}</Link>;
      return href === undefined ? words : <OuterLink href={href}>{words}</OuterLink>;
    }
    case 'image': {
      const href = safeAddress(token.href);
      if (isInlineImage(token.href)) return <img src={token.href} alt={token.text} className="max-w-full rounded-md" />;
      const words = token.text === '' ? token.href : token.text;
      return href === undefined ? words : <OuterLink href={href}>{words}</OuterLink>;
    }
    case 'checkbox':
      return token.checked ? '☑ ' : '☐ ';
    case 'text':
      return token.tokens === undefined ? readEntities(token.text) : <Inline tokens={token.tokens} />;
    case 'escape':
      return token.text;
    default:
      return 'text' in token && token.type !== 'html' ? token.text : token.raw;
  }
}

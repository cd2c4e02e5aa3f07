import type { MarkedToken, Token, Tokens } from 'marked';
import type { ReactNode } from 'react';
import { CodeBlock } from '../ui/code-block.tsx';
import { Inline } from './inline.tsx';
import { useUiWords } from '../ui/words.ts';

/** How deep headings are on the page; one within a quotation or a list is as deep as can be. */
export type Levels = ReadonlyMap<Token, number>;

type BlocksProps = { readonly tokens: readonly Token[]; readonly levels: Levels };

/** The blocks of a text. Their places are their keys: a text that comes in pieces only grows at its end. */
export const Blocks = ({ tokens, levels }: BlocksProps) => (
  <>
    {tokens.map((token, index) => (
      <Block key={index} token={token as MarkedToken} levels={levels} />
    ))}
  </>
);

const headings = ['h2', 'h3', 'h4', 'h5', 'h6'] as const;
const sizes = ['text-base', 'text-[0.95rem]', 'text-sm', 'text-sm', 'text-sm'] as const;

function Block({ token, levels }: { readonly token: MarkedToken; readonly levels: Levels }): ReactNode {
  const t = useUiWords();
  switch (token.type) {
    case 'heading': {
      const Heading = headings[(levels.get(token) ?? 6) - 2] ?? 'h6';
      return (
        <Heading className={`pt-1 font-semibold ${sizes[token.depth - 1] ?? 'text-sm'}`}>
          <Inline tokens={token.tokens} />
        </Heading>
      );
    }
    case 'paragraph':
      return (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      );
    case 'code': {
      const [language = ''] = (token.lang ?? '').split(/\s/, 1);
      return (
        <CodeBlock
          text={token.text}
          label={language === '' ? t('markdown.code') : t('markdown.codeIn', { language })}
        />
      );
    }
    case 'blockquote':
      return (
        <blockquote className="border-s-2 border-line-strong ps-3 text-muted [&>*+*]:mt-2">
          <Blocks tokens={token.tokens} levels={levels} />
        </blockquote>
      );
    case 'list':
      return <List list={token} levels={levels} />;
    case 'table':
      return <Table table={token} />;
    case 'hr':
      return <hr className="border-line" />;
    case 'space':
    case 'def':
      return null;
    case 'html':
      return <p className="whitespace-pre-wrap">{token.text}</p>;
    default:
      return <Inline tokens={[token]} />;
  }
}

function List({ list, levels }: { readonly list: Tokens.List; readonly levels: Levels }) {
  const Tag = list.ordered ? 'ol' : 'ul';
  return (
    <Tag
      className={`flex flex-col gap-1 ps-5 ${list.ordered ? 'list-decimal' : 'list-disc'}`}
      {...(list.ordered && typeof list.start === 'number' && { start: list.start })}
    >
      {list.items.map((item, index) => (
        <li key={index} className="ps-0.5 [&>*+*]:mt-1.5">
          <Blocks tokens={item.tokens} levels={levels} />
        </li>
      ))}
    </Tag>
  );
}

const aligned = { left: 'text-start', center: 'text-center', right: 'text-end' } as const;

function Table({ table: { header, rows, align } }: { readonly table: Tokens.Table }) {
  const t = useUiWords();
  const look = (index: number): string => `px-2.5 py-1.5 ${aligned[align[index] ?? 'left']}`;
  return (
    <div
      role="region"
      aria-label={t('markdown.table')}
      tabIndex={0}
      className="overflow-x-auto rounded-md border border-line"
    >
      {/* Words stay whole: a table that is too wide is scrolled. */}
      <table className="w-full text-small wrap-break-word">
        <thead className="bg-sunken">
          <tr>
            {header.map((cell, index) => (
              <th key={index} className={`${look(index)} font-medium`}>
                <Inline tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place} className="border-t border-line">
              {row.map((cell, index) => (
                <td key={index} className={look(index)}>
                  <Inline tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

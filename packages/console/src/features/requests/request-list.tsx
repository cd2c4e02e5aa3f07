import { useId } from 'react';
import { duration } from '../../lib/format.ts';
import { Amount, Ending, ModelLine, Moment, sums, tokens } from './cells.tsx';
import { RequestDetails } from './request-details.tsx';
import { type RowsProps, Toggle } from './request-table.tsx';
import type { RequestView } from './request-view.ts';
import { useRequestWords } from './words.ts';

/** The log on a phone: two lines for each request, what and how much first. */
export function RequestList({ requests, open, onToggle, channels }: RowsProps) {
  const t = useRequestWords();
  return (
    <ul aria-label={t('listLabel')}>
      {requests.map((request) => (
        <Item key={request.id} request={request} open={open.has(request.id)} onToggle={onToggle} channels={channels} />
      ))}
    </ul>
  );
}

type ItemProps = Omit<RowsProps, 'requests' | 'open'> & { readonly request: RequestView; readonly open: boolean };

function Item({ request, open, onToggle, channels }: ItemProps) {
  const t = useRequestWords();
  const id = useId();
  const { input, output } = sums(request);
  return (
    <li className="border-b border-line last:border-b-0">
      <div className="flex items-center gap-1 py-2.5 ps-4 pe-2">
        <div className="grid min-w-0 grow grid-cols-1 gap-y-1">
          <div className="flex items-baseline justify-between gap-3">
            <ModelLine request={request} />
            <Amount request={request} />
          </div>
          <div className="flex flex-wrap items-center justify-between gap-x-3 text-small text-muted">
            <span className="flex items-center gap-2">
              <Ending request={request} code={false} />
              <Moment request={request} />
            </span>
            <span className="whitespace-nowrap">
              {(input !== undefined || output !== undefined) && (
                <>
                  {tokens(input)} <span aria-hidden="true">→</span>
                  <span className="sr-only">{t('tokensIn')}</span> {tokens(output)}{' '}
                  <span className="sr-only">{t('tokensOut')}</span> ·{' '}
                </>
              )}
              {duration(request.totalMs)}
            </span>
          </div>
        </div>
        <Toggle open={open} controls={id} request={request} onToggle={onToggle} />
      </div>
      <div id={id} hidden={!open} className="overflow-x-auto bg-hover px-4 pt-2 pb-5">
        {open && (
          <>
            <RequestDetails request={request} channels={channels} />
          </>
        )}
      </div>
    </li>
  );
}

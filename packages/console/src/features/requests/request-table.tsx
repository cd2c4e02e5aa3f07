import { useId } from 'react';
import { ChevronDown } from 'lucide-react';
import { duration } from '../../lib/format.ts';
import { Amount, Ending, Model, Moment, sums, tokens } from './cells.tsx';
import { RequestDetails } from './request-details.tsx';
import type { Channels, RequestView } from './request-view.ts';
import { useRequestWords } from './words.ts';

export type RowsProps = {
  readonly requests: readonly RequestView[];
  /** Ids of the rows that are open. */
  readonly open: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
  readonly channels: Channels;
};

const heads = [
  ['time', 'text-start'],
  ['status', 'text-start'],
  ['model', 'text-start'],
  ['in', 'text-end'],
  ['out', 'text-end'],
  ['cached', 'text-end'],
  ['ttft', 'text-end'],
  ['total', 'text-end'],
  ['charge', 'text-end'],
] as const;

/** The log on a wide screen: a table whose rows open downwards. */
export function RequestTable({ requests, open, onToggle, channels }: RowsProps) {
  const t = useRequestWords();
  return (
    <table className="w-full">
      <caption className="sr-only">{t('listLabel')}</caption>
      <thead>
        <tr className="border-b border-line text-small text-muted *:py-1.5 *:font-medium">
          <th scope="col" className="w-10">
            <span className="sr-only">{t('details')}</span>
          </th>
          {heads.map(([words, side]) => (
            <th key={words} scope="col" className={`px-3 last:pe-5 ${side}`}>
              {words === 'ttft' ? <abbr title={t('ttftLong')}>{t('column.ttft')}</abbr> : t(`column.${words}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <Row key={request.id} request={request} open={open.has(request.id)} onToggle={onToggle} channels={channels} />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = Omit<RowsProps, 'requests' | 'open'> & { readonly request: RequestView; readonly open: boolean };

function Row({ request, open, onToggle, channels }: RowProps) {
  const id = useId();
  const { input, output, cached } = sums(request);
  return (
    <>
      <tr
        className={`border-line transition-colors not-last:border-b hover:bg-hover *:py-1.5 ${open ? 'bg-hover border-b-transparent!' : ''}`}
        // The button in the row is the control; a click elsewhere in the row is a larger target for the mouse.
        onClick={() => {
          if (window.getSelection()?.toString() === '') onToggle(request.id);
        }}
      >
        <td className="ps-3">
          <Toggle open={open} controls={id} request={request} onToggle={onToggle} />
        </td>
        <td className="px-3 text-muted">
          <Moment request={request} />
        </td>
        <td className="px-3 whitespace-nowrap">
          <Ending request={request} />
        </td>
        <td className="px-3">
          <Model request={request} channels={channels} />
        </td>
        <td className="px-3 text-end">{tokens(input)}</td>
        <td className="px-3 text-end">{tokens(output)}</td>
        <td className="px-3 text-end text-muted">{tokens(cached)}</td>
        <td className="px-3 text-end whitespace-nowrap">{request.ttftMs > 0 ? duration(request.ttftMs) : '–'}</td>
        <td className="px-3 text-end whitespace-nowrap">{duration(request.totalMs)}</td>
        <td className="px-3 pe-5 text-end whitespace-nowrap">
          <Amount request={request} />
        </td>
      </tr>
      <tr id={id} hidden={!open} className="border-line bg-hover not-last:border-b">
        {open && (
          <td colSpan={heads.length + 1} className="ps-12 pe-5 pt-2 pb-6">
            <RequestDetails request={request} channels={channels} />
          </td>
        )}
      </tr>
    </>
  );
}

type ToggleProps = {
  readonly open: boolean;
  readonly controls: string;
  readonly request: RequestView;
  readonly onToggle: (id: string) => void;
};

export function Toggle({ open, controls, request, onToggle }: ToggleProps) {
  const t = useRequestWords();
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-controls={controls}
      className="grid size-7 shrink-0 place-items-center rounded-md text-muted hover:text-ink"
      onClick={(event) => {
        event.stopPropagation();
        onToggle(request.id);
      }}
    >
      <ChevronDown aria-hidden className={`size-4 transition-transform ${open ? '' : '-rotate-90 rtl:rotate-90'}`} />
      <span className="sr-only">{t('detailsOf', { id: request.id })}</span>
    </button>
  );
}

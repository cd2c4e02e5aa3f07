import { CopyButton } from '../ui/copy-button.tsx';

/** The text of a key or token, the only time it is shown: to be copied, or chosen with one click. */
export const Secret = ({ text, what }: { readonly text: string; readonly what: string }) => (
  <div className="flex items-center gap-2 rounded-md border border-line bg-sunken py-1.5 ps-3 pe-1.5">
    <code className="min-w-0 grow font-mono text-small break-all select-all" data-secret>
      {text}
    </code>
    <CopyButton text={text} what={what} />
  </div>
);

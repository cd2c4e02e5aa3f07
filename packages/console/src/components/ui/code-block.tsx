import { CopyButton } from './copy-button.tsx';

type CodeBlockProps = {
  readonly text: string;
  /** Its name for screen readers, and what the copy button copies. */
  readonly label: string;
  readonly className?: string;
};

/** Text of a machine, as it is, with a way to take it along. */
export function CodeBlock({ text, label, className = '' }: CodeBlockProps) {
  return (
    <div className={`flex items-start rounded-md border border-line bg-sunken ${className}`}>
      <pre
        // Not a region: there may be many of one name on a page.
        role="group"
        aria-label={label}
        tabIndex={0}
        className="min-w-0 grow overflow-x-auto rounded-md p-3 font-mono text-small leading-relaxed"
        dir="ltr"
      >
        {text}
      </pre>
      <div className="p-1.5">
        <CopyButton text={text} what={label} iconOnly />
      </div>
    </div>
  );
}

/** A short piece of such text within words. */
export const Code = ({ children }: { readonly children: string }) => (
  <code className="rounded-sm bg-sunken px-1 py-px font-mono text-[0.9em] wrap-anywhere">{children}</code>
);

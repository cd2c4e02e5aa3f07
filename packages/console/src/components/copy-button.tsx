import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

type Outcome = 'copied' | 'refused' | undefined;

/** Copies `text`; where the browser forbids it (plain http on a network name), it says so and the text is selectable. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), 2500);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
  };
  return (
    <>
      <Button size="small" onClick={() => void copy()} aria-label={`Copy ${what}`}>
        <Icon name={outcome === 'copied' ? 'check' : 'copy'} className="size-3.5" />
        {outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Select and copy' : 'Copy'}
      </Button>
      <span role="status" className="sr-only">
        {outcome === 'copied' ? `Copied ${what}` : outcome === 'refused' ? 'The browser did not allow copying' : ''}
      </span>
    </>
  );
}

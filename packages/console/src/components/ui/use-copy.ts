import { useEffect, useState } from 'react';

type Outcome = 'copied' | 'refused' | undefined;

/** Copies to the clipboard; where the browser forbids it (plain http on a network name) the outcome is `refused`. */
export function useCopy(): readonly [Outcome, (text: string) => Promise<void>] {
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), 2500);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
  };
  return [outcome, copy];
}

import { useEffect, useRef, useState } from 'react';
import { errorOf } from './error-of.ts';

/** Asks once when it is first shown, for what must not be asked twice; `data` or `error` when that has ended. */
export function useOnce<T>(ask: () => Promise<T>): { readonly data: T | undefined; readonly error: Error | undefined } {
  const [state, setState] = useState<{ readonly data?: T; readonly error?: Error }>({});
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    ask().then(
      (data) => setState({ data }),
      (thrown: unknown) => setState({ error: errorOf(thrown) }),
    );
  }, [ask]);
  return { data: state.data, error: state.error };
}

import { useEffect, useState } from 'react';

const settleMs = 350;

/** A value once it has stayed the same for a moment: what follows typing without asking at each letter. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

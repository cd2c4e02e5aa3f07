import { useSyncExternalStore } from 'react';

/*
 * What shows or changes secrets, money or rights is answered with `proof_required` some time after signing in. Then one
 * dialog asks who sits there, and the call is repeated with what it says. Who called waits meanwhile, and need not know.
 */

/** The call that wants a proof. */
export type ProofAsk = {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  /** With the proof; without one the call fails as it was refused. */
  readonly done: (proof?: string) => void;
};

let waiting: readonly ProofAsk[] = [];
const listeners = new Set<() => void>();

function put(next: readonly ProofAsk[]): void {
  waiting = next;
  for (const listener of listeners) listener();
}

/** Asks for a proof; undefined when it is not given. Several calls are asked for one after the other. */
export const askForProof = async (
  operation: string,
  params: Readonly<Record<string, string>>,
): Promise<string | undefined> =>
  await new Promise((resolve) => {
    const ask: ProofAsk = {
      operation,
      params,
      done: (proof) => {
        put(waiting.filter((one) => one !== ask));
        resolve(proof);
      },
    };
    put([...waiting, ask]);
  });

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The call whose proof is asked for now. */
export const useProofAsk = (): ProofAsk | undefined => useSyncExternalStore(subscribe, () => waiting[0]);

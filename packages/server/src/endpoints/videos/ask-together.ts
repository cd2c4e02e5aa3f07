/** What is asked together: names, and the answer to all of them. */
type Round<T> = { readonly names: Set<string>; readonly answer: Promise<T> };

export type Together<T> = (account: object, name: string, put: (names: readonly string[]) => Promise<T>) => Promise<T>;

/**
 * Puts questions after tasks of one account that come within a moment as one, for vendors that can be asked after several at once.
 * What comes due together is claimed within some 40 ms. `account` is compared as an object: what a snapshot has of it.
 */
export function askTogether<T>({ withinMs = 100, most = 100 } = {}): Together<T> {
  const rounds = new WeakMap<object, Round<T>>();
  return (account, name, put) => {
    const open = rounds.get(account);
    if (open && open.names.size < most) {
      open.names.add(name);
      return open.answer;
    }
    const names = new Set([name]);
    const answer = new Promise<void>((resolve) => setTimeout(resolve, withinMs)).then(() => {
      if (rounds.get(account)?.names === names) rounds.delete(account);
      return put([...names]);
    });
    rounds.set(account, { names, answer });
    return answer;
  };
}

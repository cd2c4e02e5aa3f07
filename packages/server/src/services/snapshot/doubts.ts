import type { Change } from '../../domain/configuration.ts';

/** Which things of a kind may differ from what the snapshot has: some by id or name, or all of them. */
export type Doubted = ReadonlySet<string> | 'all';

/** What of the snapshot may be older than the database. */
export type Doubts = {
  readonly channel: Doubted;
  readonly model: Doubted;
  readonly group: Doubted;
  readonly 'provider-key': Doubted;
  /** Settings are few, and read together. */
  readonly settings: boolean;
};

export const allInDoubt: Doubts = {
  channel: 'all',
  model: 'all',
  group: 'all',
  'provider-key': 'all',
  settings: true,
};

const kinds = ['channel', 'model', 'group', 'provider-key'] as const;
const topics: ReadonlySet<string> = new Set([...kinds, 'setting', 'data-key']);

/** Whether a line of the change feed is about something that a snapshot is made of. */
export const concernsSnapshot = ({ topic }: Change): boolean => topics.has(topic);

/** What lines of the change feed cast into doubt; `*` in one stands for all of its kind. */
export function doubtsOf(changes: readonly Change[]): Doubts {
  const refs = {
    channel: new Set<string>(),
    model: new Set<string>(),
    group: new Set<string>(),
    'provider-key': new Set<string>(),
  };
  let settings = false;
  for (const { topic, ref } of changes) {
    if (topic === 'setting' || topic === 'data-key') settings = true;
    // With a new data key, what did not open may open.
    if (topic === 'data-key') for (const kind of ['channel', 'provider-key'] as const) refs[kind].add('*');
    for (const kind of kinds) if (kind === topic) refs[kind].add(ref);
  }
  const allOr = (set: ReadonlySet<string>): Doubted => (set.has('*') ? 'all' : set);
  return {
    channel: allOr(refs.channel),
    model: allOr(refs.model),
    group: allOr(refs.group),
    'provider-key': allOr(refs['provider-key']),
    settings,
  };
}

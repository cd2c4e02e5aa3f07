import type { ProtocolId } from '../protocol.ts';
import type { Extensions } from './part.ts';

/**
 * Something that a conversion could not keep. `path` names the canonical field (`sampling.topK`,
 * `messages[2].parts[0].cache`) or, for what only one protocol has, that protocol's own (`messages[2].prefix`).
 * `dropped`: it is gone; `approximated`: something near it was written instead, told in `detail`.
 */
export type Loss = {
  readonly path: string;
  readonly kind: 'dropped' | 'approximated';
  readonly detail: string;
};

/** A value read or written, with what was lost on the way. */
export type Read<T> = { readonly value: T; readonly losses: readonly Loss[] };

/** Collects losses while one thing is converted; more than this many are not listed. */
const MAX_LOSSES = 200;

/** A list of losses in the making. */
export type LossTracker = {
  dropped(path: string, detail: string): void;
  approximated(path: string, detail: string): void;
  /** Notes every extension that the writer of another protocol cannot know. */
  extensions(path: string, extensions: Extensions | undefined, own: ProtocolId): void;
  readonly losses: readonly Loss[];
};

/** An empty list of losses. The same path and kind is noted once. */
export function openLossTracker(): LossTracker {
  const losses: Loss[] = [];
  const seen = new Set<string>();
  const note = (path: string, kind: Loss['kind'], detail: string): void => {
    const key = `${kind} ${path}`;
    if (losses.length >= MAX_LOSSES || seen.has(key)) return;
    seen.add(key);
    losses.push({ path, kind, detail });
  };
  return {
    dropped: (path, detail) => note(path, 'dropped', detail),
    approximated: (path, detail) => note(path, 'approximated', detail),
    extensions(path, extensions, own) {
      if (!extensions || extensions.by === own) return;
      for (const field of Object.keys(extensions.fields))
        note(path === '' ? field : `${path}.${field}`, 'dropped', `only ${extensions.by} has it`);
    },
    get losses() {
      return losses;
    },
  };
}

import type { Settings } from '@tollgate/contract/settings';
import type { Change } from '../../domain/configuration.ts';
import { editProviderKeys, noProviderKeys } from '../../domain/provider-keys.ts';
import { editRouting, emptyRouting } from '../../domain/routing.ts';
import type { Routing } from '../../domain/routing.ts';
import type { ProviderKeys, Snapshot } from '../../domain/snapshot.ts';
import type { Work } from '../../domain/work.ts';
import type { AnyProvider } from '../../providers/define.ts';
import type { Database } from '../../store/database.ts';
import { nextTurn } from '../../store/pages.ts';
import type { DeclaredSettings } from '../configuration/context.ts';
import { inSlices } from '../in-slices.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import { openChangeFeed } from './change-feed.ts';
import { allInDoubt, concernsSnapshot, doubtsOf } from './doubts.ts';
import type { Doubts } from './doubts.ts';
import type { SnapshotLog } from './open-stored.ts';
import { readEdits } from './read-edits.ts';

/** Hears of a line of the change feed; topic `*` means that lines may have been missed and everything is in doubt. */
export type ChangeListener = (topic: string, ref: string) => void;

export type Snapshots = {
  /** The configuration in force: one frozen object, replaced as a whole. */
  current(): Snapshot;
  /** Reads the change feed now, and what it says has changed; for whoever has just written. Throws when it cannot. */
  refresh(): Promise<void>;
  /** Looks every `pollMs` (400), so that a change by any process is in force within a second. */
  start(pollMs?: number): void;
  /** Called for each change of any topic, those of the configuration after the snapshot has them. Returns the undo. */
  onChange(listener: ChangeListener): () => void;
  close(): void;
};

export type SnapshotOptions = {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly providers: ReadonlyMap<string, AnyProvider>;
  readonly settings: DeclaredSettings;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly log: SnapshotLog;
};

/** How long the feed keeps a line; a process that heard nothing for longer takes everything as changed. */
export const feedLifeMs = 24 * 3_600_000;

/** A snapshot with what it takes to follow a change of it. */
type State = {
  readonly routing: Routing;
  readonly settings: Settings;
  readonly providerKeys: ProviderKeys;
  readonly snapshot: Snapshot;
};

const nothing = { routing: emptyRouting, providerKeys: noProviderKeys };

/**
 * Makes what is in doubt what the database has, and leaves everything else the very object it was. However much that is,
 * the event loop turns in between; the state before stays whole until the new one is.
 */
async function update(
  options: SnapshotOptions,
  before: State | undefined,
  doubts: Doubts,
  version: number,
): Promise<State> {
  const read = await readEdits(options, doubts, before ?? nothing);
  await nextTurn();
  const routing = await inSlices(editRouting(before?.routing ?? emptyRouting, read.edits));
  const providerKeys = await inSlices(editProviderKeys(before?.providerKeys ?? noProviderKeys, read.providerKeys));
  const settings = read.settings ?? before?.settings ?? options.settings.defaults;
  const { channels, groups, models, routes } = routing;
  const snapshot = Object.freeze({ version, settings, channels, groups, models, routes, providerKeys });
  return { routing, settings, providerKeys, snapshot };
}

/** Loads the configuration; throws when the database cannot be read or a sealed text not be opened at all. */
export async function openSnapshots(options: SnapshotOptions): Promise<Snapshots> {
  const { database, now, log } = options;
  const feed = await openChangeFeed(database, now);
  let state = await update(options, undefined, allInDoubt, feed.position());
  const listeners = new Set<ChangeListener>();
  /** Changes that the snapshot lacks. */
  let untold: readonly Change[] = [];
  /** True when the feed was not read for so long that it may have lost lines. */
  let deaf = false;
  let lastHeard = now();
  let running: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function* tell(changes: readonly Pick<Change, 'topic' | 'ref'>[]): Work<void> {
    for (const { topic, ref } of changes) {
      for (const listener of listeners) listener(topic, ref);
      yield;
    }
  }

  const refreshOnce = async (): Promise<void> => {
    // Whoever asks for a refresh has just written, which has taken its time already.
    await nextTurn();
    const changes = await feed.poll();
    const missed = now() - lastHeard > feedLifeMs / 2;
    lastHeard = now();
    deaf ||= missed;
    untold = [...untold, ...changes.filter(concernsSnapshot)];
    await inSlices(tell(changes.filter((change) => !concernsSnapshot(change))));
    if (missed) await inSlices(tell([{ topic: '*', ref: '*' }]));
    if (!deaf && untold.length === 0) return;
    await nextTurn();
    state = await update(options, state, deaf ? allInDoubt : doubtsOf(untold), feed.position());
    const arrived = untold;
    deaf = false;
    untold = [];
    await inSlices(tell(arrived));
  };

  /** One refresh at a time; who asks during one gets the next, because the present one may have read too early. */
  const refreshInTurn = async (): Promise<void> => {
    while (running !== undefined) await running.catch(() => undefined);
    running = refreshOnce().finally(() => {
      running = undefined;
    });
    await running;
  };

  const tick = async (pollMs: number): Promise<void> => {
    try {
      await refreshInTurn();
    } catch (error) {
      log.warn(
        { reason: error instanceof Error ? error.name : 'unknown' },
        'the configuration could not be read; the last one stays in force',
      );
    }
    if (!closed) schedule(pollMs);
  };
  const schedule = (pollMs: number): void => {
    timer = setTimeout(() => void tick(pollMs), pollMs);
    timer.unref();
  };

  return {
    current: () => state.snapshot,
    refresh: refreshInTurn,
    start: (pollMs = 400) => {
      if (timer === undefined && !closed) schedule(pollMs);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      listeners.clear();
    },
  };
}

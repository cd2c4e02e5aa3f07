import type { Change } from '../../domain/configuration.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { AnyProvider } from '../../providers/define.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import { groupRepository } from '../../store/configuration/groups.ts';
import { modelRepository } from '../../store/configuration/models.ts';
import { settingRepository } from '../../store/configuration/settings.ts';
import type { Database } from '../../store/database.ts';
import type { DeclaredSettings } from '../configuration/context.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import { sealedTextOf } from '../secret-box/sealed-setting.ts';
import { assembleSnapshot } from './assemble.ts';
import type { SnapshotLog, StoredConfiguration } from './assemble.ts';
import { openChangeFeed } from './change-feed.ts';

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

/** The kinds of things a snapshot is made of. */
const configurationTopics: ReadonlySet<string> = new Set(['channel', 'model', 'group', 'setting', 'data-key']);

/** How long the feed keeps a line; a process that heard nothing for longer takes everything as changed. */
export const feedLifeMs = 24 * 3_600_000;

/** Loads the configuration; throws when the database cannot be read or a sealed text not be opened at all. */
export async function openSnapshots(options: SnapshotOptions): Promise<Snapshots> {
  const { database, now, log } = options;
  const feed = await openChangeFeed(database, now);
  let snapshot = await load(options, feed.position());
  const listeners = new Set<ChangeListener>();
  /** True while the snapshot is known to be older than the feed; `untold` are the changes it lacks. */
  let stale = false;
  let untold: readonly Change[] = [];
  let lastHeard = now();
  let running: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const tell = (topic: string, ref: string): void => {
    for (const listener of listeners) listener(topic, ref);
  };

  const refreshOnce = async (): Promise<void> => {
    const changes = await feed.poll();
    const deaf = now() - lastHeard > feedLifeMs / 2;
    lastHeard = now();
    untold = [...untold, ...changes.filter((change) => configurationTopics.has(change.topic))];
    for (const change of changes) if (!configurationTopics.has(change.topic)) tell(change.topic, change.ref);
    if (deaf) tell('*', '*');
    stale ||= deaf || untold.length > 0;
    if (!stale) return;
    snapshot = await load(options, feed.position());
    const arrived = untold;
    stale = false;
    untold = [];
    for (const change of arrived) tell(change.topic, change.ref);
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
    current: () => snapshot,
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

async function load(options: SnapshotOptions, version: number): Promise<Snapshot> {
  const { db } = options.database;
  const stored: StoredConfiguration = {
    channels: await channelRepository.all(db),
    models: await modelRepository.all(db),
    groups: await groupRepository.all(db),
    settings: await settingRepository.all(db),
  };
  const sealed = [
    ...stored.channels.flatMap((channel) => [
      channel.sealedWiring,
      ...channel.credentials.map((credential) => credential.sealed),
    ]),
    ...stored.settings.flatMap((row) => sealedTextOf(options.settings, row) ?? []),
  ];
  if (sealed.some((text) => !options.secretBox.knows(text))) await options.secretBox.reload();
  return assembleSnapshot(stored, version, options);
}

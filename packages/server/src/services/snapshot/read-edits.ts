import type { Settings } from '@tollgate/contract/settings';
import type { StoredChannel } from '../../domain/configuration.ts';
import type { Routing, RoutingEdits } from '../../domain/routing.ts';
import type { Channel, Group, Model, ProviderKeyChannel, ProviderKeys } from '../../domain/snapshot.ts';
import type { Work } from '../../domain/work.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import { groupRepository } from '../../store/configuration/groups.ts';
import { modelRepository } from '../../store/configuration/models.ts';
import { settingRepository } from '../../store/configuration/settings.ts';
import type { Database } from '../../store/database.ts';
import { nextTurn } from '../../store/pages.ts';
import { providerKeyRepository } from '../../store/provider-keys.ts';
import { inSlices } from '../in-slices.ts';
import { sealedTextOf } from '../secret-box/sealed-setting.ts';
import { openChannel, openGroup, openModel, openProviderKey, openSettings } from './open-stored.ts';
import type { OpenContext } from './open-stored.ts';
import type { Doubts, Doubted } from './doubts.ts';

export type ReadContext = OpenContext & { readonly database: Database };

/** What is in the database of the things in doubt; `settings` is undefined when none of them is. */
export type ReadEdits = {
  readonly edits: RoutingEdits;
  readonly providerKeys: ReadonlyMap<string, ProviderKeyChannel | undefined>;
  readonly settings: Settings | undefined;
};

/** What is known already. */
type Known = { readonly routing: Routing; readonly providerKeys: ProviderKeys };

/**
 * Reads what is in doubt, and nothing else. A thing that is not there (any more), or cannot be read, is read as undefined.
 * Throws when the database cannot be asked, or when the master secret does not fit.
 */
export async function readEdits(
  context: ReadContext,
  doubts: Doubts,
  { routing: known, providerKeys }: Known,
): Promise<ReadEdits> {
  const { db } = context.database;
  const models = await inSlices(unread<Model>(doubts.model, known.known));
  for await (const rows of doubts.model === 'all' ? modelRepository.pages(db) : modelRepository.some(db, doubts.model))
    for (const row of rows) models.set(row.name, openModel(row));
  const groups = await inSlices(unread<Group>(doubts.group, known.groups));
  const groupRows = doubts.group === 'all' ? [await groupRepository.all(db)] : groupRepository.some(db, doubts.group);
  for await (const rows of groupRows) for (const row of rows) groups.set(row.name, openGroup(row));
  const settings = doubts.settings ? await readSettings(context) : undefined;
  await nextTurn();
  const channels = await inSlices(unread<Channel>(doubts.channel, known.channels));
  const channelRows =
    doubts.channel === 'all' ? channelRepository.pages(db) : channelRepository.some(db, doubts.channel);
  for await (const rows of channelRows) {
    await learnKeys(
      context,
      rows.flatMap((row) => [row.sealedWiring, ...row.credentials.map((credential) => credential.sealed)]),
    );
    await nextTurn();
    await inSlices(openAll(context, rows, channels));
  }
  const brought = await inSlices(unread<ProviderKeyChannel>(doubts['provider-key'], providerKeys.byId));
  await readProviderKeys(context, doubts['provider-key'], brought);
  return { edits: { channels, models, groups }, providerKeys: brought, settings };
}

async function readProviderKeys(
  context: ReadContext,
  doubted: Doubted,
  found: Map<string, ProviderKeyChannel | undefined>,
): Promise<void> {
  const { db } = context.database;
  for await (const rows of doubted === 'all'
    ? providerKeyRepository.pages(db)
    : providerKeyRepository.some(db, doubted)) {
    await learnKeys(
      context,
      rows.map(({ sealed }) => sealed),
    );
    for (const row of rows) found.set(row.id, openProviderKey(row, context));
    await nextTurn();
  }
}

/** Everything in doubt, as if it were gone; what is found takes its place. */
function* unread<T>(doubted: Doubted, known: ReadonlyMap<string, T>): Work<Map<string, T | undefined>> {
  const all = new Map<string, T | undefined>();
  for (const ref of doubted === 'all' ? known.keys() : doubted) {
    all.set(ref, undefined);
    if (all.size % 256 === 0) yield;
  }
  return all;
}

function* openAll(
  context: OpenContext,
  rows: readonly StoredChannel[],
  channels: Map<string, Channel | undefined>,
): Work<void> {
  for (const row of rows) {
    channels.set(row.id, openChannel(row, context));
    yield;
  }
}

async function readSettings(context: ReadContext): Promise<Settings> {
  const rows = await settingRepository.all(context.database.db);
  await learnKeys(
    context,
    rows.flatMap((row) => sealedTextOf(context.settings, row) ?? []),
  );
  return openSettings(rows, context);
}

/** Takes up data keys that other processes have made, when one of the texts is sealed with such a key. */
async function learnKeys({ secretBox }: OpenContext, sealed: readonly string[]): Promise<void> {
  if (sealed.some((text) => !secretBox.knows(text))) await secretBox.reload();
}

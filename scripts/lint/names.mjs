// Where the names of vendors and protocols may stand, for the lint rule `tollgate/names`. Which names there are is read
// from the tables themselves, so that a new vendor is known here without a line.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PROVIDERS = 'packages/server/src/providers';
const PROTOCOLS = 'packages/wire/src/protocols';

/** Ids that are ordinary words as well. */
const ORDINARY = new Set(['custom', 'tollgate']);

/** Tables and folders of vendors, protocols and models: a folder, or a file. */
export const HOMES_OF_NAMES = [
  PROVIDERS,
  PROTOCOLS,
  // The list of protocols, and the families of models.
  'packages/wire/src/protocol.ts',
  'packages/wire/src/models',
  'packages/contract/src/protocol-labels.ts',
  'packages/contract/src/model-families.ts',
  // What is seeded.
  'packages/server/src/data',
  // What applications are configured with.
  'packages/console/src/lib/snippets.ts',
  'packages/console/src/lib/request-code.ts',
  // Who is played in the demonstration.
  'packages/server/src/demo',
];

/** Where protocols are named, but no vendor: what clients ask, by which protocol. */
export const HOMES_OF_PROTOCOLS = ['packages/server/src/endpoints'];

/**
 * Files that still name one where it does not belong. This list only shrinks: an entry that is not needed is an error.
 *
 * @type {readonly string[]}
 */
export const STILL_NAMING = [];

/** Ids of vendors and protocols, as the tables under `root` have them. */
export function namesUnder(root) {
  const names = new Set(protocolsUnder(root));
  for (const file of listOf(path.join(root, PROVIDERS))) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const source = readFileSync(path.join(root, PROVIDERS, file), 'utf8');
    for (const [, id] of source.matchAll(/\bid: '([a-z][a-z0-9-]*)'/g)) names.add(id);
  }
  for (const word of ORDINARY) names.delete(word);
  return names;
}

/** Ids of protocols: some vendors have one of their own, by their name. */
export function protocolsUnder(root) {
  const folders = listOf(path.join(root, PROTOCOLS));
  return new Set(folders.filter((folder) => !folder.includes('.') && folder !== 'testing'));
}

function listOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

import { randomBytes, randomFillSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { settingsTree } from '@tollgate/contract/settings';
import type { Environment } from './env.ts';
import { createIdSource, type IdSource } from './ids.ts';
import { providers } from './providers/index.ts';
import type { AccountDeps } from './services/accounts/account-deps.ts';
import { openAuth } from './services/accounts/auth.ts';
import type { ConfigurationContext } from './services/configuration/context.ts';
import { seedPrices } from './services/configuration/seeds.ts';
import { openSecretBox, type SecretBox } from './services/secret-box/secret-box.ts';
import { openSnapshots, type Snapshots } from './services/snapshot/snapshots.ts';
import { openDatabase, type Database } from './store/database.ts';
import { migrate } from './store/migrations/index.ts';
import { refuseOldServer } from './store/server-version.ts';

/** What is logged, as structured lines; pino in a server, plain words on the command line. */
export type Log = {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
};

/** What the server and every verb of the command line stand on. */
export type Foundation = {
  readonly environment: Environment;
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly snapshots: Snapshots;
  readonly configuration: ConfigurationContext;
  readonly accounts: AccountDeps;
  readonly newId: IdSource;
  readonly log: Log;
  close(): Promise<void>;
};

const now = (): number => Date.now();
const providersById = new Map(providers.map((provider) => [provider.id, provider]));

/** Opens and migrates the configured database, whether or not a server is running on it. */
export async function openFoundation(environment: Environment, log: Log): Promise<Foundation> {
  await mkdir(environment.dataDir, { recursive: true, mode: 0o700 });
  const database = await openDatabase(environment.databaseUrl, { poolSize: environment.databasePool });
  try {
    await refuseOldServer(database);
    await migrate(database);
    const secretBox = await openSecretBox({ database, secret: environment.secret, dataDir: environment.dataDir, now });
    const newId = createIdSource(now, randomBytes);
    await seedPrices({ database, now, newId });
    const snapshots = await openSnapshots({
      database,
      secretBox,
      providers: providersById,
      settings: settingsTree,
      now,
      log,
    });
    const configuration: ConfigurationContext = {
      database,
      secretBox,
      providers: providersById,
      settings: settingsTree,
      now,
      newId,
    };
    const accounts: AccountDeps = {
      database,
      auth: openAuth({ database, secret: secretBox.derive('sessions').toString('base64url'), newId }),
      snapshot: snapshots.current,
      now,
      newId,
      randomBytes: (bytes) => void randomFillSync(bytes),
      secretBox,
    };
    return {
      environment,
      database,
      secretBox,
      snapshots,
      configuration,
      accounts,
      newId,
      log,
      async close() {
        snapshots.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

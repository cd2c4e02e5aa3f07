import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsAreas } from '@tollgate/contract/settings';
import { forAdmins, whole } from '@tollgate/contract/settings/kinds';
import { secretLeaf } from '@tollgate/contract/settings/leaf';
import { createSettingsTree } from '@tollgate/contract/settings/tree';
import { z } from 'zod';
import type { AnyProvider } from '../../../providers/define.ts';
import type { Database } from '../../../store/database.ts';
import { openSecretBox } from '../../secret-box/secret-box.ts';
import type { ConfigurationContext } from '../context.ts';

const bearer: AnyProvider['auth'] = [{ by: 'bearer', field: 'apiKey' }];
const dialects: AnyProvider['dialects'] = [{ protocol: 'openai-chat', paths: { chat: '/chat/completions' } }];

/** Two made-up providers, so that these tests say nothing about real ones: one with a key, one that needs nothing. */
export const testProviders: ReadonlyMap<string, AnyProvider> = new Map(
  [
    {
      id: 'acme',
      label: 'Acme',
      docs: 'https://acme.example/docs',
      baseUrl: 'https://api.acme.example/v1',
      credential: z.object({
        apiKey: z.string().min(1).meta({ label: 'API key', secret: true }),
        region: z.string().optional().meta({ label: 'Region', secret: false }),
      }),
      settings: z.object({ apiVersion: z.string().default('2026-01-01') }),
      dialects,
      auth: bearer,
    },
    {
      id: 'local',
      label: 'Local',
      docs: 'https://local.example',
      baseUrl: undefined,
      credential: z.object({ apiKey: z.string().optional() }),
      settings: z.object({}),
      dialects,
      auth: [],
    },
  ].map((provider): [string, AnyProvider] => [provider.id, provider]),
);

/** The settings there are, and of each kind that none of them is yet one that is planted. */
export const testSettings = createSettingsTree({
  ...settingsAreas,
  planted: {
    password: secretLeaf(z.string().min(4).max(200), {
      audience: 'admin',
      unit: 'none',
      restart: false,
      description: 'A secret.',
    }),
    rootPassword: secretLeaf(z.string().min(4).max(200), {
      audience: 'root',
      unit: 'none',
      restart: false,
      description: 'A secret of root.',
    }),
    threads: whole([1, 64, 4], 'count', { ...forAdmins, restart: true }, 'Takes effect at the next start.'),
  },
});

/** A context on a real database with a clock and ids that only count. */
export async function testContext(database: Database): Promise<ConfigurationContext> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollgate-configuration-'));
  let time = 1_780_000_000_000;
  let id = 0;
  const now = (): number => time++;
  const secretBox = await openSecretBox({ database, secret: undefined, dataDir, now });
  rmSync(dataDir, { recursive: true, force: true });
  return {
    database,
    secretBox,
    providers: testProviders,
    settings: testSettings,
    now,
    newId: () => (++id).toString().padStart(8, '0'),
  };
}

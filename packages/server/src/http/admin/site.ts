import { listOf } from '@tollgate/contract/api/page';
import { providerSchema, siteSchema, statusSchema } from '@tollgate/contract/api/site';
import { z } from 'zod';
import type { AnyProvider } from '../../providers/define.ts';
import { needsSetup } from '../../services/accounts/setup.ts';
import type { AdminDeps } from './admin-deps.ts';
import { operation } from './operation.ts';

/** What the gateway says about itself. */
export const siteOperations = (deps: AdminDeps) => [
  operation(
    {
      name: 'site.read',
      method: 'get',
      path: '/site',
      summary: 'Name, version, and which doors are open',
      answer: siteSchema,
    },
    async () => {
      const { site, accounts } = deps.snapshot().settings;
      return {
        name: site.name,
        version: deps.version,
        startedAt: deps.startedAt,
        setupNeeded: await needsSetup(deps.accounts),
        registrationOpen: accounts.registrationOpen,
      };
    },
  ),
  operation(
    { name: 'status.read', method: 'get', path: '/status', summary: 'State of this process', answer: statusSchema },
    async () => {
      const snapshot = deps.snapshot();
      const channels = [...snapshot.channels.values()];
      const reachable = await needsSetup(deps.accounts).then(
        () => true,
        () => false,
      );
      return {
        version: deps.version,
        startedAt: deps.startedAt,
        database: { kind: deps.database.kind, reachable },
        configurationVersion: snapshot.version,
        channels: { total: channels.length, enabled: channels.filter((channel) => channel.enabled).length },
      };
    },
  ),
  operation(
    {
      name: 'providers.list',
      method: 'get',
      path: '/providers',
      summary: 'Providers that channels can use',
      answer: listOf(providerSchema),
    },
    () => Promise.resolve({ data: [...deps.configuration.providers.values()].map(presentProvider) }),
  ),
];

const jsonSchema = z.record(z.string(), z.json());

function presentProvider(provider: AnyProvider): z.input<typeof providerSchema> {
  return {
    id: provider.id,
    label: provider.label,
    docs: provider.docs,
    baseUrl: provider.baseUrl ?? null,
    protocols: provider.dialects.map((dialect) => dialect.protocol),
    credential: jsonSchema.parse(z.toJSONSchema(provider.credential, { io: 'input' })),
    settings: jsonSchema.parse(z.toJSONSchema(provider.settings, { io: 'input' })),
  };
}

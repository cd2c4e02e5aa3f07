import path from 'node:path';
import type { siteOperations } from '@tollgate/contract/operations/site';
import type { providerSchema } from '@tollgate/contract/api/site';
import { settingsTree, type Settings } from '@tollgate/contract/settings';
import { firstPageAddress } from '@tollgate/contract/settings/site';
import { z } from 'zod';
import type { endpointSchema } from '@tollgate/contract/api/endpoints';
import { endpoints } from '../../endpoints/index.ts';
import type { Endpoint } from '../../relay/endpoint.ts';
import { largestBody } from '../../relay/receive/body-limits.ts';
import { askPublicUrl } from '../../inquiries/ask-public-url.ts';
import type { AnyProvider } from '../../providers/define.ts';
import { checkDatabase, checkDataDir } from '../../services/installation.ts';
import { termsVersion } from '../../services/accounts/consent.ts';
import { signUpMode } from '../../services/accounts/sign-up.ts';
import { needsSetup } from '../../services/accounts/setup.ts';
import { imagePath, siteImagePaths } from '../../services/site-images.ts';
import { firstPagePath } from '../first-page.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** What the gateway says about itself. */
export const siteHandlers = (deps: AdminDeps): Handlers<typeof siteOperations> => ({
  'site.read': async () => {
    // What strangers may not see of the settings has no type here, and so cannot be answered.
    const { settings } = deps.snapshot();
    const { site, accounts, providerKeys, rewards } = settingsTree.publicPart(settings);
    return {
      name: site.name,
      version: deps.version,
      publicUrl: site.publicUrl,
      startedAt: deps.startedAt,
      setupNeeded: await needsSetup(deps.accounts),
      registrationOpen: signUpMode(settings) !== 'closed',
      signUp: {
        mode: signUpMode(settings),
        verifyEmail: accounts.verifyEmail,
        termsVersion: termsVersion(settings) ?? null,
      },
      captcha: accounts.captcha === 'none' ? null : { kind: accounts.captcha, siteKey: accounts.captchaSiteKey },
      mail: deps.signUp.mayMail(),
      firstPage: presentFirstPage(site.firstPage),
      mode: site.mode,
      images: siteImagePaths(site),
      doors: {
        marketplace: site.marketplace,
        status: site.status,
        rankings: site.rankings,
        ownKeys: providerKeys.enabled ? 'members' : 'closed',
        invitations: rewards.invitations ? 'members' : 'closed',
      },
    };
  },
  'site.content': () => {
    const { name, clients, footer, announcement, faq, about, terms, privacy } = settingsTree.publicPart(
      deps.snapshot().settings,
    ).site;
    return Promise.resolve({ name, clients: [...clients], footer, announcement, faq, about, terms, privacy });
  },
  'site.images.add': async ({ body }) => {
    const { name, width, height, bytes } = await deps.siteImages.add(body);
    return { name, path: imagePath(name), width, height, bytes };
  },
  'endpoints.list': () =>
    Promise.resolve({ data: endpoints.map((one) => presentEndpoint(one, deps.snapshot().settings.relay)) }),
  'status.read': async () => {
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
  'installation.read': async (_ask, { client }) => {
    const { publicUrl } = deps.snapshot().settings.site;
    const { now, newId } = deps.accounts;
    const [database, { problem }, state] = await Promise.all([
      checkDatabase({ database: deps.database, dataDir: deps.dataDir, now, newId }),
      checkDataDir({ dataDir: deps.dataDir, newId }),
      publicUrl === '' ? ('unset' as const) : askPublicUrl(deps.inquiries, publicUrl),
    ]);
    return {
      at: now(),
      database: { kind: deps.database.kind, ...database },
      dataDir: { path: path.resolve(deps.dataDir), problem },
      publicUrl: { configured: publicUrl, state },
      secure: client.secure,
    };
  },
  'providers.list': () => Promise.resolve({ data: [...deps.configuration.providers.values()].map(presentProvider) }),
});

function presentFirstPage(text: string): { readonly url: string; readonly scripts: boolean } | null {
  const address = firstPageAddress(text);
  if (address !== undefined) return { url: address, scripts: true };
  return text.trim() === '' ? null : { url: firstPagePath.slice(1), scripts: false };
}

const presentEndpoint = (endpoint: Endpoint, relay: Settings['relay']): z.input<typeof endpointSchema> => ({
  id: endpoint.id,
  title: endpoint.title,
  routes: endpoint.routes.map(({ method, path: at }) => ({ method, path: at })),
  protocol: endpoint.protocol,
  operation: endpoint.operation,
  body: endpoint.body,
  maxBodyBytes: endpoint.body === 'none' ? null : largestBody(endpoint, relay),
  answers: [...endpoint.answers],
  translated: (endpoint.translation ?? endpoint.serveSocket) !== undefined,
  charged: endpoint.charged,
});

const jsonSchema = z.record(z.string(), z.json());

/** A provider as the forms of channels and keys need it. */
export function presentProvider(provider: AnyProvider): z.input<typeof providerSchema> {
  return {
    id: provider.id,
    label: provider.label,
    docs: provider.docs,
    baseUrl: provider.baseUrl ?? null,
    protocols: provider.dialects.map((dialect) => dialect.protocol),
    keyPrefixes: [...(provider.keyPrefixes ?? [])],
    keyPatterns: [...(provider.keyPatterns ?? [])],
    keyField: provider.keyField ?? 'apiKey',
    listsModels: provider.listing !== undefined,
    holdsModels: provider.library !== undefined,
    accountLogin: provider.login !== undefined,
    accountLoginWays: provider.login ? (provider.login.browser ? ['device', 'browser'] : ['device']) : [],
    tellsBalance: provider.balance !== undefined,
    credential: fieldsOf(provider.credential),
    settings: fieldsOf(provider.settings),
  };
}

/** By schema: most providers share one, and to write them all anew would hold up the relay for longer than a request takes. */
const written = new WeakMap<z.ZodObject, z.infer<typeof jsonSchema>>();

function fieldsOf(schema: z.ZodObject): z.infer<typeof jsonSchema> {
  let fields = written.get(schema);
  if (!fields) written.set(schema, (fields = jsonSchema.parse(z.toJSONSchema(schema, { io: 'input' }))));
  return fields;
}

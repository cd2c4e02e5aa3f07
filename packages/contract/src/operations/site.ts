import { endpointSchema } from '../api/endpoints.ts';
import { listOf } from '../api/page.ts';
import { installationSchema, providerSchema, siteContentSchema, siteSchema, statusSchema } from '../api/site.ts';
import { declare } from './declare.ts';

/** What the gateway says about itself. */
export const siteOperations = declare({
  'site.read': {
    method: 'get',
    path: '/site',
    permission: 'public',
    summary: 'Name, version, and which doors are open',
    answer: siteSchema,
  },
  'site.content': {
    method: 'get',
    path: '/site/content',
    permission: 'public',
    summary: 'Logo, footer, announcement and the pages that administrators have written',
    answer: siteContentSchema,
  },
  'endpoints.list': {
    method: 'get',
    path: '/endpoints',
    permission: 'public',
    summary: 'What applications can ask here, and at which addresses',
    answer: listOf(endpointSchema),
  },
  'status.read': {
    method: 'get',
    path: '/status',
    permission: 'status:read',
    summary: 'State of this process',
    answer: statusSchema,
  },
  'installation.read': {
    method: 'get',
    path: '/installation',
    permission: 'status:read',
    summary: 'Try what an installation stands on: database, clocks, data directory, public address',
    answer: installationSchema,
  },
  'providers.list': {
    method: 'get',
    path: '/providers',
    permission: 'channels:read',
    summary: 'Providers that channels can use',
    answer: listOf(providerSchema),
  },
});

import { endpointSchema } from '../api/endpoints.ts';
import { listOf } from '../api/page.ts';
import {
  installationSchema,
  providerSchema,
  siteContentSchema,
  siteImageInputSchema,
  siteImageSchema,
  siteSchema,
  statusSchema,
} from '../api/site.ts';
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
    summary: 'Footer, announcement and the pages that administrators have written',
    answer: siteContentSchema,
  },
  'site.images.add': {
    method: 'post',
    path: '/site/images',
    permission: 'settings:write',
    summary: 'Give the gateway an image for its logo or favicon; a setting then puts it in its place',
    body: siteImageInputSchema,
    answer: siteImageSchema,
    status: 201,
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

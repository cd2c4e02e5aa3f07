import { z } from 'zod';
import { flag, forAdmins, forRoot, whole } from './kinds.ts';
import { leaf, secretLeaf } from './leaf.ts';
import { pollingBounds, pollingRulesSchema } from './polling.ts';

/** A name as DNS has it. Its last label begins with a letter, so that a mistyped address is not taken for a name. */
const hostName = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?$/i);

/** Places that are no public ones, each by its name, address or network. */
export const placesSchema = z
  .array(
    z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6(), hostName], {
      error: 'must be an IP address, a CIDR network or a host name',
    }),
  )
  .max(100);

const text = (max: number, fallback: string, description: string) =>
  leaf(z.string().max(max), fallback, { ...forRoot, unit: 'none', description });

/** Files that a request names by URL, and what vendors make while nobody waits. */
export const media = {
  polling: {
    atOnce: whole(
      [...pollingBounds.atOnce],
      'count',
      forAdmins,
      'Questions after tasks that a process puts to one account at once; the others wait.',
    ),
    everyMs: whole(
      [...pollingBounds.everyMs],
      'ms',
      forAdmins,
      'Longest wait between two questions after a task; young tasks are asked after sooner.',
    ),
    callbacks: flag(
      false,
      forAdmins,
      'Give providers that offer it an address at which they say that a task has come further; `site.publicUrl` must be within their reach.',
    ),
    calledEveryMs: whole(
      [1000, 300_000, 120_000],
      'ms',
      forAdmins,
      'Longest wait between two questions after a task whose provider calls, in case a call is lost.',
    ),
    providers: leaf(pollingRulesSchema, [], {
      ...forAdmins,
      unit: 'none',
      description:
        'Providers whose accounts are asked otherwise: a line each, the provider’s id and what differs, such as `kling atOnce:2 everyMs:30000`.',
    }),
  },
  fetch: {
    enabled: flag(
      true,
      forAdmins,
      'Fetch media that a request names by URL, where the upstream takes only their bytes. Otherwise they are left out, and told as a loss.',
    ),
    maxBytes: whole([1024, 1 << 30, 20_000_000], 'bytes', forAdmins, 'Largest file that is fetched.'),
    timeoutMs: whole([100, 600_000, 30_000], 'ms', forAdmins, 'Time to fetch one file, redirects included.'),
    allowPrivate: leaf(placesSchema, [], {
      ...forRoot,
      unit: 'none',
      description:
        'IP addresses, CIDR networks and host names that are fetched from although they are not public. Any user can then read what answers there.',
    }),
    ports: leaf(z.array(z.int().min(1).max(65_535)).max(100), [80, 443, 8080, 8443], {
      ...forAdmins,
      unit: 'none',
      description: 'Ports that are fetched from.',
    }),
  },
  results: {
    store: leaf(z.enum(['off', 'directory', 's3']), 'off', {
      ...forRoot,
      unit: 'none',
      description:
        'Where finished videos, music and drawings are kept. Otherwise they pass from their vendor, as long as its address holds.',
    }),
    directory: leaf(z.string().min(1).max(1000), 'media', {
      ...forRoot,
      unit: 'none',
      description:
        'Folder for them, absolute or within the data directory; processes on several machines need a common one.',
    }),
    s3: {
      endpoint: leaf(z.union([z.url({ protocol: /^https?$/ }).max(1000), z.literal('')]), '', {
        ...forRoot,
        unit: 'none',
        description: 'Address of the S3-compatible store; empty is Amazon’s of the region.',
      }),
      region: text(100, 'us-east-1', 'Its region.'),
      bucket: text(255, '', 'Bucket for them.'),
      prefix: text(200, 'tollgate/', 'What their names there begin with.'),
      accessKeyId: text(200, '', 'Access key of the store.'),
      secretAccessKey: secretLeaf(z.string().max(500), {
        audience: 'root',
        unit: 'none',
        restart: false,
        description: 'Secret of the access key.',
      }),
      virtualHosted: flag(false, forRoot, 'The bucket is named in the host, not in the path.'),
      redirect: flag(
        false,
        forRoot,
        'Send readers to the store by a signed link that holds for an hour, instead of passing the bytes through the gateway. The store must be within their reach.',
      ),
    },
    maxBytes: whole([1 << 20, 100 * 2 ** 30, 2 ** 30], 'bytes', forAdmins, 'Larger files are not kept.'),
    retentionDays: whole(
      [1, 36_500, 30],
      'days',
      forAdmins,
      'How long they are kept; a group may say otherwise (`resultRetentionDays`).',
    ),
    linkDays: whole([1, 365, 7], 'days', forAdmins, 'How long a link to one holds that clients are told.'),
  },
};

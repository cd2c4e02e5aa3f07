import { z } from 'zod';
import { flag, forAdmins, forRoot, whole } from './kinds.ts';
import { leaf } from './leaf.ts';

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

/** Files that a request names by URL. */
export const media = {
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
};

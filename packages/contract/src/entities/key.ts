import { z } from 'zod';
import { field, optional, type ValuesOf } from './field.ts';
import { openEndpointsSchema, type OpenableEndpoint } from '../openable-endpoints.ts';
import { groupNameSchema, modelNameSchema } from './names.ts';
import { rateLimitFields } from './rate-limits.ts';

/** Fields of an API key that are kept, changed and shown as they are. */
export const keyFields = {
  enabled: field.flag({ default: true }, 'False refuses its requests.'),
  expiresAt: optional.moment('When it expires, in milliseconds since the epoch; null never.'),
  models: optional.texts({ each: modelNameSchema, min: 1, max: 1000 }, 'Models it may use; null for all of its group.'),
  allowedIps: optional.texts(
    { each: z.string().min(2).max(50), min: 1, max: 200 },
    'Addresses and CIDRs (IPv4 and IPv6) it may be used from; null for all.',
  ),
  group: optional.text(
    { max: 60, is: groupNameSchema },
    'Group its requests run in; null for the owner’s. Only an administrator may name another one.',
  ),
  fallbacks: optional.texts(
    {
      each: z
        .string()
        .regex(/^(?:channel:[^\s\p{Cc}]{1,80}|(?!channel:)[^\p{Cc}]{1,60})$/u, 'must be a group, or channel:ID'),
      min: 1,
      max: 10,
    },
    'Groups and channels (`channel:ID`) that its requests go on to, in this order, after those of its group. A group’s multiplier holds for what it serves. Only an administrator may name them.',
  ),
  passFields: optional.texts(
    { each: z.string().min(1).max(60), min: 1, max: 50 },
    'Fields of its requests that reach vendors though they can make them serve what is not priced (`models`, `provider`, `plugins`, `web_search_options` …), on every channel; null for those alone that a channel lets pass. Only an administrator may name them.',
  ),
  openEndpoints: optional.json<readonly OpenableEndpoint[]>(
    { schema: openEndpointsSchema },
    'Of the endpoints that its group opens, those that it may use; null for all of them.',
  ),
  strictConversion: field.flag(
    { default: false },
    'True refuses requests that no translation keeps whole (error `conversion_loss`), as `x-tollgate-strict: true` does for one; false serves them and names what was lost.',
  ),
  ...rateLimitFields,
};
export type KeyFields = ValuesOf<typeof keyFields>;

import { z } from 'zod';
import { groupNameSchema, ignoreRuleSchema, tagSchema } from './names.ts';
import { field, type ValuesOf } from './field.ts';

/** Fields of a channel that are kept, changed and shown as they are. */
export const channelFields = {
  settings: field.json({ schema: z.record(z.string(), z.json()), default: {} }, 'Fields of the provider’s settings.'),
  groups: field.texts(
    { each: groupNameSchema, min: 1, max: 100, default: ['default'] },
    'Groups whose users reach this channel.',
  ),
  priority: field.integer({ min: -1_000_000, max: 1_000_000, default: 0 }, 'Higher is tried first.'),
  weight: field.integer({ min: 0, max: 1_000_000, default: 1 }, 'Share of the traffic among channels of one priority.'),
  enabled: field.flag({ default: true }, 'False takes it out of use.'),
  tags: field.texts({ each: tagSchema, max: 50, default: [] }, 'Labels to find channels by.'),
  ignoredModels: field.texts(
    { each: ignoreRuleSchema, max: 1000, default: [] },
    'Models of the upstream that are left aside when they are listed: names, or `regex:` and a pattern.',
  ),
  remark: field.text({ max: 255, default: '' }, 'What administrators should know of it.'),
};
export type ChannelFields = ValuesOf<typeof channelFields>;

import { marginAnswerSchema, marginQuerySchema } from '../api/margins.ts';
import { declare } from './declare.ts';

/** What was earned. */
export const marginOperations = declare({
  'margins.read': {
    method: 'get',
    path: '/margins',
    permission: 'sales:read',
    summary: 'Revenue, cost and margin by model, channel, user, group or day',
    query: marginQuerySchema,
    answer: marginAnswerSchema,
  },
});

import { jobDetailSchema, jobPageSchema, jobQuerySchema } from '../api/jobs.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** What happens later, and what of it went wrong. */
export const jobOperations = declare({
  'jobs.list': {
    method: 'get',
    path: '/jobs',
    permission: 'jobs:read',
    summary: 'List jobs, latest first',
    query: jobQuerySchema,
    answer: jobPageSchema,
  },
  'jobs.read': {
    method: 'get',
    path: '/jobs/{id}',
    permission: 'jobs:read',
    summary: 'Read one job with its payload',
    params: idParams,
    answer: jobDetailSchema,
  },
  'jobs.retry': {
    method: 'post',
    path: '/jobs/{id}/retry',
    permission: 'jobs:write',
    summary: 'Run a job now that is dead, cancelled or waiting',
    params: idParams,
    answer: jobDetailSchema,
  },
  'jobs.cancel': {
    method: 'post',
    path: '/jobs/{id}/cancel',
    permission: 'jobs:write',
    summary: 'Cancel a job that is not over',
    params: idParams,
    answer: jobDetailSchema,
  },
});

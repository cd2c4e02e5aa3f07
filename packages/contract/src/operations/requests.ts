import {
  histogramQuerySchema,
  histogramSchema,
  tailEventSchema,
  tailQuerySchema,
  requestPageSchema,
  requestQuerySchema,
  requestSchema,
  statementQuerySchema,
  statementSchema,
  usageQuerySchema,
  usageSchema,
} from '../api/requests.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** The request log, its hourly sums, and the movements of a wallet: one's own, and for administrators everybody's. */
export const requestOperations = declare({
  'requests.list': {
    method: 'get',
    path: '/requests',
    permission: 'requests:read',
    summary: 'List requests with their charges',
    query: requestQuerySchema,
    answer: requestPageSchema,
  },
  'requests.histogram': {
    method: 'get',
    path: '/requests/histogram',
    permission: 'requests:read',
    summary: 'Count requests and errors over time',
    query: histogramQuerySchema,
    answer: histogramSchema,
  },
  'requests.tail': {
    kind: 'events',
    method: 'get',
    path: '/requests/tail',
    permission: 'requests:read',
    summary: 'Watch requests as they end',
    query: tailQuerySchema,
    event: tailEventSchema,
  },
  'requests.read': {
    method: 'get',
    path: '/requests/{id}',
    permission: 'requests:read',
    summary: 'Read one request with its bill',
    params: idParams,
    answer: requestSchema,
  },
  'usage.read': {
    method: 'get',
    path: '/usage',
    permission: 'requests:read',
    summary: 'Hourly sums of requests, tokens and charges',
    query: usageQuerySchema,
    answer: usageSchema,
  },
  'statement.read': {
    method: 'get',
    path: '/statement',
    permission: 'wallets:read',
    summary: 'Movements of a wallet',
    query: statementQuerySchema,
    answer: statementSchema,
  },
});

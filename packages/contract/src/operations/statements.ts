import {
  monthQuerySchema,
  monthStatementSchema,
  statementFileQuerySchema,
  statementMonthsSchema,
  statementsQuerySchema,
} from '../api/statements.ts';
import { declare } from './declare.ts';

/** Statements by the month: one's own, and for administrators everybody's. */
export const statementOperations = declare({
  'statements.list': {
    method: 'get',
    path: '/statements',
    permission: 'wallets:read',
    summary: 'Months of a wallet with their sums, the latest first',
    query: statementsQuerySchema,
    answer: statementMonthsSchema,
  },
  'statements.read': {
    method: 'get',
    path: '/statements/month',
    permission: 'wallets:read',
    summary: 'Statement of a month, equal to the journal',
    query: monthQuerySchema,
    answer: monthStatementSchema,
  },
  'statements.download': {
    kind: 'file',
    method: 'get',
    path: '/statements/file',
    permission: 'wallets:read',
    summary: 'Statement of a month as CSV, JSON or PDF',
    query: statementFileQuerySchema,
    contentTypes: ['text/csv', 'application/json', 'application/pdf'],
  },
});

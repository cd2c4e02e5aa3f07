import type { statementOperations } from '@tollgate/contract/operations/statements';
import { Refusal } from '../../domain/refusal.ts';
import { statementFile } from '../../services/statements/statement-file.ts';
import { listStatements, readMonth } from '../../services/statements/statements.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { CallerContext, Handlers } from './operation.ts';
import { whoseOf } from './whose.ts';

const ownerOf = (context: CallerContext, asked: string | undefined): string => {
  const userId = whoseOf(context, asked);
  if (userId === undefined) throw new Refusal('invalid_request', 'must name one user', { param: 'userId' });
  return userId;
};

/** Statements by the month. */
export const statementHandlers = ({ accounts, pdfFont }: AdminDeps): Handlers<typeof statementOperations> => ({
  'statements.list': async ({ query }, context) => ({
    data: await listStatements(accounts, ownerOf(context, query.userId)),
  }),
  'statements.read': async ({ query }, context) =>
    await readMonth(accounts, ownerOf(context, query.userId), query.month),
  'statements.download': async ({ query }, context) => {
    const statement = await readMonth(accounts, ownerOf(context, query.userId), query.month);
    const issuer = accounts.snapshot().settings.site.name;
    return await statementFile(statement, query.format, { issuer, fontFile: pdfFont });
  },
});

import type { mailOperations } from '@tollgate/contract/operations/mail';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** Mail, for who sets it up. */
export const mailHandlers = ({ mailer, accounts }: AdminDeps): Handlers<typeof mailOperations> => ({
  'mail.test': async ({ body }) => {
    const mail = {
      to: body.to,
      letter: 'test',
      values: {},
      language: undefined,
      id: `test_${accounts.newId()}`,
    } as const;
    try {
      return { sent: true, said: await mailer.send(mail) };
    } catch (error) {
      return { sent: false, said: error instanceof Error ? error.message : String(error) };
    }
  },
});

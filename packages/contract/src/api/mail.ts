import { z } from 'zod';
import { emailSchema } from './people.ts';

export const mailTestSchema = z.strictObject({ to: emailSchema.describe('Where the mail is to arrive.') });

export const mailTestResultSchema = z.strictObject({
  sent: z.boolean().describe('Whether the server took it.'),
  said: z.string().describe('What the server said, or what kept it from being asked.'),
});

import { z } from 'zod';
import { mistakeInRule } from '../ignore-rule.ts';
import { lineSchema } from '../api/page.ts';

export const channelNameSchema = lineSchema(80).describe('Unique name of the channel.');
export const modelNameSchema = lineSchema(200).describe('Name under which clients ask for the model.');
/** Whether a text names a time zone (IANA). */
function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
export const timeZoneSchema = z.string().max(60).refine(isZone, 'must be a time zone (IANA), such as Europe/Berlin');
export const groupNameSchema = lineSchema(60).describe('Name of the group.');
/** A decimal text, so that it is reckoned with exactly. */
export const percentSchema = z.string().regex(/^\d{1,4}(\.\d{1,4})?$/, 'must be a percentage such as 62.5');
export const tagSchema = lineSchema(60);
export const ignoreRuleSchema = lineSchema(200).refine((rule) => mistakeInRule(rule) === undefined, {
  error: ({ input }) => mistakeInRule(String(input)) ?? 'is no rule',
});

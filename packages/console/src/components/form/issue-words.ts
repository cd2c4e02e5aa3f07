import type { z } from '../../lib/zod.ts';
import type { useFormWords } from './words.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with a value, in words of the reader's language: by the rule of the contract that it breaks. */
export function issueWords(issue: Issue, t: ReturnType<typeof useFormWords>): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.input === null || issue.input === ''
        ? t('issue.required')
        : t('issue.wrong');
    case 'too_small':
      return tooSmall(issue, t);
    case 'too_big':
      return issue.origin === 'string'
        ? t('issue.tooLong', { count: Number(issue.maximum) })
        : issue.origin === 'array'
          ? t('issue.tooMany', { count: Number(issue.maximum) })
          : t('issue.tooBig', { most: String(issue.maximum) });
    case 'invalid_format':
      return issue.format === 'email' ? t('issue.email') : issue.format === 'url' ? t('issue.url') : t('issue.form');
    case 'not_multiple_of':
      return t('issue.multiple', { of: String(issue.divisor) });
    case 'invalid_value':
      return t('issue.choice');
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return t('issue.wrong');
    case 'custom':
      return issue.message === '' ? t('issue.wrong') : issue.message;
  }
}

function tooSmall(issue: Extract<Issue, { readonly code: 'too_small' }>, t: ReturnType<typeof useFormWords>): string {
  const least = Number(issue.minimum);
  if (issue.origin === 'string') return least <= 1 ? t('issue.required') : t('issue.tooShort', { count: least });
  if (issue.origin === 'array') return least <= 1 ? t('issue.required') : t('issue.tooFew', { count: least });
  return t('issue.tooSmall', { least: String(issue.minimum) });
}

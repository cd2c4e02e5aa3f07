import { at, flagAt, isObject, numberAt, textAt } from '@tollgate/wire/json/fields';
import type { Complain } from './mistakes.ts';
import type { Operation, Step } from './run.ts';

const example = '{"message": "Not here.", "status_code": 400}';

/** A step that answers with an error instead of asking upstream. */
export function compileReturnError({ value }: Operation, complain: Complain): Step | undefined {
  const given = typeof value === 'string' ? { message: value } : value;
  if (!isObject(given)) {
    complain('value', 'is missing', example);
    return undefined;
  }
  const message = textAt(given, 'message') ?? textAt(given, 'msg');
  if (message === undefined || message.trim() === '') complain('value.message', 'is missing', example);
  const said = at(given, 'status_code') ?? at(given, 'status');
  const status = numberAt(given, 'status_code') ?? numberAt(given, 'status') ?? 400;
  // Less than 400 is no error to any client, and 1xx no answer at all.
  if ((said !== undefined && typeof said !== 'number') || !Number.isInteger(status) || status < 400 || status > 599) {
    complain('value.status_code', 'is no status of an error', 'a whole number from 400 to 599');
    return undefined;
  }
  const returned = {
    status,
    message: message ?? '',
    code: textAt(given, 'code') ?? 'invalid_request',
    type: textAt(given, 'type') ?? 'invalid_request_error',
    final: flagAt(given, 'skip_retry') ?? true,
  };
  return (run) => void (run.returned = returned);
}

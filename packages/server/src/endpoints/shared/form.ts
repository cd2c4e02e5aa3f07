import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { withModel } from '@tollgate/wire/protocols/openai-chat/edits';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { Form } from '../../relay/receive/multipart/parts.ts';
import { writeMultipart, type WrittenForm } from '../../relay/receive/multipart/write-multipart.ts';
import { overridden } from '../../relay/plan/overridden.ts';

/** The form of a request that is read as one. */
export function formOf({ body }: Pick<Planned, 'body'>): Form {
  if (!body.form) throw new Error('a form was asked for');
  return body.form;
}

/** The client's form, with the model's name upstream and what the channel wants otherwise; its files are read as they are sent. */
export function passedForm(context: Planned, candidate: Candidate): WrittenForm {
  // An object, as every form is told to an inspection.
  const before = context.body.json as JsonObject;
  const after = overridden(context, withModel(before, candidate.upstreamModel), candidate);
  const set = Object.entries(after).flatMap(([name, value]): readonly (readonly [string, string])[] =>
    value === before[name] ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  const drop = Object.keys(before).filter((name) => after[name] === undefined);
  return writeMultipart(formOf(context), { set: new Map(set), drop: new Set(drop) });
}

/** A text field among what an inspection sees of a form; undefined when it is none, or a file. */
export function textField(facts: JsonObject, name: string): string | undefined {
  const value = facts[name];
  return typeof value === 'string' ? value : undefined;
}

/** What an inspection sees of a file. */
export type FileFacts = { readonly bytes: number; readonly type: string };

/** The files of a form by a name, also where they are a list (`image[]`). */
export function filesOf(facts: JsonObject, name: string): readonly FileFacts[] {
  return Object.entries(facts).flatMap(([key, value]) => {
    if (key.split('[', 1)[0] !== name || typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    const { bytes, filename, contentType } = value as JsonObject;
    return typeof bytes === 'number' ? [{ bytes, type: `${text(contentType)} ${text(filename)}` }] : [];
  });
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

import { z } from 'zod';
import { isUniqueViolation } from '../../store/database.ts';
import { findFlow, putFlow, takeFlow } from '../accounts/flows.ts';
import { signInPurpose } from './begin.ts';
import { openSignInMethod, type OpenSignInMethod } from './open-method.ts';
import type { SignInDeps } from './sign-in-deps.ts';

/*
 * Some providers have the browser post what they say. That call comes from another site, without the cookie that a sign-in is
 * bound to, and is too long for an address: it is kept for a moment, and the browser goes on to the page that ends every
 * sign-in, and says that there is one.
 */

const purpose = 'posted-answer';
const payloadSchema = z.strictObject({ methodId: z.string(), fields: z.record(z.string(), z.string()) });

/** The field that says what a sign-in is bound to; the same as `state` elsewhere. */
const stateField = 'RelayState';

/** A method by which answers are posted; undefined when there is none of this id. */
export async function postedMethod(deps: SignInDeps, id: string): Promise<OpenSignInMethod | undefined> {
  const open = await openSignInMethod(deps, id).catch(() => undefined);
  return open?.provider.address === undefined ? undefined : open;
}

/** Keeps what was posted, if it answers something that was begun; returns where the browser goes on. */
export async function keepPosted(
  { accounts }: SignInDeps,
  { method, context }: OpenSignInMethod,
  fields: URLSearchParams,
): Promise<string> {
  const url = new URL(context.redirectUri);
  const state = fields.get(stateField) ?? '';
  url.searchParams.set('state', state);
  if (state === '' || (await findFlow(accounts, signInPurpose, state)) === undefined) return url.href;
  const text = textOf(state);
  const payload: z.output<typeof payloadSchema> = { methodId: method.id, fields: Object.fromEntries(fields) };
  await takeFlow(accounts, purpose, text);
  await putFlow(accounts, purpose, { text, payload }).catch((error: unknown) => {
    // Another one of the same moment is kept.
    if (!isUniqueViolation(error)) throw error;
  });
  url.searchParams.set('posted', 'true');
  return url.href;
}

/** One answer is kept for what was begun, the last one: nobody fills the table by posting many. */
const textOf = (state: string): string => `posted for ${state}`;

/** What the browser came back with, with what was posted by this method; that is taken once. */
export async function withPosted(
  { accounts }: SignInDeps,
  methodId: string,
  answer: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const { posted, ...rest } = answer;
  if (posted === undefined) return answer;
  const flow = await takeFlow(accounts, purpose, textOf(answer['state'] ?? ''));
  const kept = flow && payloadSchema.parse(JSON.parse(flow.payload));
  return kept?.methodId === methodId ? { ...kept.fields, ...rest } : rest;
}

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '../../../domain/refusal.ts';
import { readProfile, subjectSchema } from '../oauth.ts';
import { defineSignIn, type SignInContext } from '../provider.ts';

/*
 * Telegram's login widget in its form for whole pages, without the widget's script: the browser comes back with what the
 * bot's token signs. https://core.telegram.org/widgets/login#checking-authorization
 */

/** Older assertions are not believed; Telegram itself sets no bound. */
const maxAgeSeconds = 300;
/** A clock that is a little ahead. */
const aheadSeconds = 60;

const secrets = z.strictObject({
  botToken: z
    .string()
    .regex(/^\d{3,20}:[\w-]{20,100}$/, 'must be a bot token')
    .describe('Token of the bot, from BotFather; its domain is set there with /setdomain.'),
});

const resultSchema = z.object({
  id: subjectSchema,
  first_name: z.string().max(200).optional(),
  last_name: z.string().max(200).optional(),
  username: z.string().max(200).optional(),
  auth_date: z.coerce.number().int(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The fields of an assertion as they were signed: everything but the hash, one a line, in the order of their names. */
const signedText = (fields: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .filter(([name, value]) => name !== 'hash' && value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`)
    .toSorted()
    .join('\n');

/** The assertion, which comes in the fragment as base64url of JSON. */
function assertionOf(context: SignInContext, answer: URLSearchParams): Record<string, unknown> {
  const text = Buffer.from(answer.get('tgAuthResult') ?? '', 'base64url').toString('utf8');
  try {
    return z.record(z.string(), z.union([z.string(), z.number()])).parse(JSON.parse(text));
  } catch {
    throw new Refusal('sign_in_failed', `${context.name} did not say who you are.`);
  }
}

export const telegram = defineSignIn({
  id: 'telegram',
  label: 'Telegram',
  docs: 'https://core.telegram.org/widgets/login',
  settings: z.strictObject({}),
  secrets,
  begin: (context, { state }) => {
    const url = new URL('https://oauth.telegram.org/auth');
    const back = new URL(context.redirectUri);
    back.searchParams.set('state', state);
    url.searchParams.set('bot_id', context.secrets.botToken.split(':', 1)[0] ?? '');
    url.searchParams.set('origin', back.origin);
    url.searchParams.set('return_to', back.href);
    return Promise.resolve(url);
  },
  finish: (context, _flow, answer) => {
    const fields = assertionOf(context, answer);
    const said = readProfile(context, resultSchema, z.json().parse(fields));
    const key = createHash('sha256').update(context.secrets.botToken).digest();
    const wanted = createHmac('sha256', key).update(signedText(fields)).digest();
    if (!timingSafeEqual(wanted, Buffer.from(said.hash, 'hex')))
      throw new Refusal('sign_in_failed', `What came back is not signed by ${context.name}.`);
    const age = context.now / 1000 - said.auth_date;
    if (age > maxAgeSeconds || age < -aheadSeconds)
      throw new Refusal('sign_in_failed', `What came back from ${context.name} is too old. Try again.`);
    const name = [said.first_name, said.last_name].filter((part) => part !== undefined).join(' ');
    return Promise.resolve({
      subject: said.id,
      email: undefined,
      name: name === '' ? said.username : name,
      label: said.username ?? (name === '' ? said.id : name),
      claims: z.json().parse(fields),
    });
  },
  // The signature, since one assertion can be spelt in several ways.
  once: (context, answer) => String(assertionOf(context, answer)['hash']),
});

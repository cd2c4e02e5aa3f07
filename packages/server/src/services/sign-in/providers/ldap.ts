import type { Client, Entry } from 'ldapts';
import { z } from 'zod';
import { Refusal } from '../../../domain/refusal.ts';
import { accessPolicySchema } from '../policy-schema.ts';
import { defineSignIn, type Credentials, type Profile, type SignInContext } from '../provider.ts';

/*
 * LDAP: the name that somebody enters is looked for by an account of the gateway's own, and the entry that is found is bound to
 * with their password. Only root sets it up: it asks an address inside, and is believed of everybody in the directory.
 */

const attribute = z.string().max(100);
const settings = z.strictObject({
  url: z
    .url({ protocol: /^ldaps?$/ })
    .max(500)
    .describe('ldaps://host:port, or ldap:// with StartTLS.'),
  startTls: z.boolean().default(false).describe('Encrypt an ldap:// connection before anything is said.'),
  certificate: z
    .string()
    .max(20_000)
    .default('')
    .describe('Certificate authority of the server, in PEM; empty for those that are known.'),
  bindDn: z.string().max(500).default('').describe('Account that people are looked for by; empty to look anonymously.'),
  baseDn: z.string().min(1).max(500).describe('Below which people are.'),
  filter: z
    .string()
    .max(1000)
    .refine((text) => text.includes('{login}'), 'does not say where {login} goes')
    .default('(&(objectClass=person)(|(uid={login})(mail={login})))')
    .describe('How somebody is found by what they enter, which is {login}.'),
  subjectAttribute: attribute.default('entryUUID').describe('Unchanging id, such as objectGUID of Active Directory.'),
  emailAttribute: attribute.default('mail').describe('Address; empty for none.'),
  nameAttribute: attribute.default('cn').describe('Name that is shown.'),
  policy: accessPolicySchema.optional(),
});
const secrets = z.strictObject({
  bindPassword: z.string().max(2000).default('').describe('Password of the account that people are looked for by.'),
});
type Context = SignInContext<z.output<typeof settings>, z.output<typeof secrets>>;

/** RFC 4515: what has a meaning in a filter, as itself. */
export const inFilter = (text: string): string =>
  text.replaceAll(/[\\*()\0]/g, (letter) => `\\${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);

async function check(context: Context, { login, password }: Credentials): Promise<Profile> {
  // An empty password is no password: LDAP would take it for a wish to stay anonymous, and say yes.
  if (login === '' || password === '') throw wrong();
  const { bindDn, subjectAttribute } = context.settings;
  const entry = await connected(context, async (client) => {
    if (bindDn !== '') await client.bind(bindDn, context.secrets.bindPassword);
    return await find(context, client, login);
  });
  // The server is asked of nobody too: how long it takes does not tell who there is.
  const dn = entry?.dn ?? `cn=nobody,${context.settings.baseDn}`;
  const right = await connected(context, async (client) => await mayBind(client, dn, password));
  if (entry === undefined || !right) throw wrong();
  const subject = textOf(entry, subjectAttribute, 'base64');
  if (subject === undefined)
    throw new Refusal('sign_in_failed', `${context.name} gives ${login} no ${subjectAttribute}.`);
  return profileOf(context, entry, subject, login);
}

/** The one entry of this login; undefined for none, and for several. */
async function find({ settings: ask }: Context, client: Client, login: string): Promise<Entry | undefined> {
  const { searchEntries } = await client.search(ask.baseDn, {
    filter: ask.filter.replaceAll('{login}', () => inFilter(login)),
    attributes: ['*', ask.subjectAttribute],
    explicitBufferAttributes: [ask.subjectAttribute],
    sizeLimit: 2,
    timeLimit: 10,
  });
  return searchEntries.length === 1 ? searchEntries[0] : undefined;
}

async function mayBind(client: Client, dn: string, password: string): Promise<boolean> {
  const { InvalidCredentialsError } = await import('ldapts');
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return false;
    throw error;
  }
}

/** Does something on a connection of its own, which nobody listens to. */
async function connected<T>(context: Context, work: (client: Client) => Promise<T>): Promise<T> {
  const { url, startTls, certificate } = context.settings;
  assertEncrypted(context);
  const { Client } = await import('ldapts');
  const ca = certificate === '' ? {} : { ca: certificate };
  const tlsOptions = url.startsWith('ldaps:') ? { tlsOptions: ca } : {};
  const client = new Client({ url, timeout: 10_000, connectTimeout: 5000, ...tlsOptions });
  try {
    if (startTls) await client.startTLS({ ...ca, servername: new URL(url).hostname });
    return await work(client);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const why = error instanceof Error ? error.message : 'it does not answer';
    throw new Refusal('sign_in_failed', `${context.name} could not be asked: ${why}.`);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

const own = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Passwords go over no wire in the open. */
function assertEncrypted({ name, settings: { url, startTls } }: Context): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'ldap:' && !startTls && !own.test(hostname))
    throw new Refusal('sign_in_failed', `${name} would be told passwords in the open: use ldaps:// or StartTLS.`);
}

function profileOf({ settings: ask }: Context, entry: Entry, subject: string, login: string): Profile {
  const claims = Object.fromEntries(
    Object.entries(entry).flatMap(([name, value]) => {
      const texts = [value].flat().filter((one) => typeof one === 'string');
      return texts.length === 0 ? [] : [[name, texts.length === 1 ? (texts[0] ?? '') : texts]];
    }),
  );
  return {
    subject,
    email: ask.emailAttribute === '' ? undefined : textOf(entry, ask.emailAttribute),
    name: textOf(entry, ask.nameAttribute),
    label: login,
    claims: z.json().parse(claims),
  };
}

/** The first value of an attribute; bytes that are no text as base64. */
function textOf(entry: Entry, name: string, bytes: 'utf8' | 'base64' = 'utf8'): string | undefined {
  const [first] = [entry[name] ?? []].flat();
  if (first === undefined || first.length === 0) return undefined;
  if (typeof first === 'string') return first;
  const text = first.toString('utf8');
  return /^[\x20-\x7e]*$/.test(text) ? text : first.toString(bytes);
}

const wrong = (): Refusal => new Refusal('invalid_credentials', 'The name or the password is wrong.');

export const ldap = defineSignIn({
  id: 'ldap',
  label: 'LDAP',
  docs: 'https://www.rfc-editor.org/rfc/rfc4511',
  settings,
  secrets,
  begin: (context) => Promise.reject(noBrowser(context.name)),
  finish: (context) => Promise.reject(noBrowser(context.name)),
  check,
  policy: ({ policy }) => policy,
});

const noBrowser = (name: string): Refusal =>
  new Refusal('invalid_request', `${name} asks for a name and a password.`, { param: 'methodId' });

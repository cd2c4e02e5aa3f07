import { X509Certificate } from 'node:crypto';
import type { Profile as Assertion, SAML } from '@node-saml/node-saml';
import { z } from 'zod';
import { valueAt } from '@tollgate/wire/json/path';
import type { Json } from '@tollgate/wire/protocol';
import { Refusal } from '../../../domain/refusal.ts';
import { judged } from '../oauth.ts';
import { accessPolicySchema } from '../policy-schema.ts';
import { readIdpMetadata } from './saml-metadata.ts';
import { defineSignIn, type FlowSecrets, type Profile, type SignInContext } from '../provider.ts';

/*
 * SAML 2.0, web browser profile, begun here only: an answer that nobody asked for could be another's. The library reads the
 * assertion from the very bytes whose signature it has checked, so that nothing wrapped around them counts. What is signed
 * must say that it answers this request, at this address.
 */

const settings = z.strictObject({
  entryPoint: z
    .url({ protocol: /^https?$/ })
    .max(1000)
    .describe('Address at which the identity provider signs people in (HTTP-Redirect binding).'),
  issuer: z.string().min(1).max(500).describe('Entity id of the identity provider.'),
  certificate: z
    .string()
    .max(20_000)
    .refine((text) => certificatesOf(text).length > 0, 'is no certificate in PEM')
    .describe('Certificate that its assertions are signed with, in PEM; two while it changes.'),
  subjectAttribute: z
    .string()
    .max(200)
    .default('')
    .describe('Attribute with their unchanging id; empty for the NameID.'),
  emailAttribute: z.string().max(200).default('').describe('Attribute with their address; empty for the usual ones.'),
  nameAttribute: z.string().max(200).default('').describe('Attribute with their name; empty for the usual ones.'),
  policy: accessPolicySchema.optional(),
});
type Settings = z.output<typeof settings>;
type Context = SignInContext<Settings>;

/** The certificates of a text, as PEM; what is none is left out. */
function certificatesOf(text: string): string[] {
  const parts = text.match(/-----BEGIN CERTIFICATE-----[\s\w+/=]{1,10000}-----END CERTIFICATE-----/g) ?? [];
  return parts.flatMap((part) => {
    try {
      return [new X509Certificate(part).toString()];
    } catch {
      return [];
    }
  });
}

/** Where the identity provider posts its answer; it is also our entity id, and says our metadata to whoever asks. */
export function samlAddress(redirectUri: string): string {
  const url = new URL(redirectUri);
  const at = url.pathname.lastIndexOf('/sign-in/');
  return `${url.origin}${url.pathname.slice(0, at)}/api/callbacks/saml/${url.pathname.slice(at + '/sign-in/'.length)}`;
}

/** The library, for one request. It is heavy, and seldom needed. */
async function open({ settings: ask, redirectUri }: Context, flow: FlowSecrets): Promise<SAML> {
  const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml');
  const requestId = requestIdOf(flow);
  const address = samlAddress(redirectUri);
  const asked = new Date().toISOString();
  return new SAML({
    entryPoint: ask.entryPoint,
    idpIssuer: ask.issuer,
    idpCert: certificatesOf(ask.certificate),
    issuer: address,
    audience: address,
    callbackUrl: address,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    acceptedClockSkewMs: 30_000,
    validateInResponseTo: ValidateInResponseTo.always,
    generateUniqueId: () => requestId,
    // The request is known by what this sign-in is bound to, which ends with the first attempt to end it.
    cacheProvider: {
      saveAsync: (_key, value) => Promise.resolve({ value, createdAt: Date.now() }),
      getAsync: (key) => Promise.resolve(key === requestId ? asked : null),
      removeAsync: (key) => Promise.resolve(key),
    },
  });
}

/** An id of XML does not begin with a digit. */
const requestIdOf = ({ nonce }: FlowSecrets): string => `_${nonce}`;

async function finish(context: Context, flow: FlowSecrets, answer: URLSearchParams): Promise<Profile> {
  const SAMLResponse = answer.get('SAMLResponse');
  if (SAMLResponse === null) throw new Refusal('sign_in_failed', `${context.name} sent no answer that could be read.`);
  return await judged(context, async () => {
    refuseUnsafe(SAMLResponse);
    const saml = await open(context, flow);
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse });
    if (profile === null) throw new Error('it says nothing of anybody');
    assertMeant(profile, samlAddress(context.redirectUri), requestIdOf(flow));
    return profileOf(context, profile);
  });
}

/** Refuses what no honest provider sends: signatures by SHA-1 can be made to fit another text, and document types declare entities. */
function refuseUnsafe(response: string): void {
  const xml = Buffer.from(response, 'base64').toString('utf8');
  if (/xmldsig#(?:rsa-|dsa-|hmac-)?sha1["']/.test(xml))
    throw new Error('it is signed with SHA-1; set the identity provider to SHA-256');
  if (/<!DOCTYPE/i.test(xml)) throw new Error('it declares a document type');
}

const confirmationsSchema = z.looseObject({
  Assertion: z.looseObject({
    Subject: z.tuple([
      z.looseObject({
        SubjectConfirmation: z.array(
          z.looseObject({
            SubjectConfirmationData: z.tuple([
              z.looseObject({ $: z.looseObject({ Recipient: z.string(), InResponseTo: z.string() }) }),
            ]),
          }),
        ),
      }),
    ]),
  }),
});

/** Refuses an assertion that was made for another place or another request, by what is signed of it. */
function assertMeant(assertion: Assertion, address: string, requestId: string): void {
  const read = confirmationsSchema.safeParse(assertion.getAssertion?.());
  const confirmations = read.data?.Assertion.Subject[0].SubjectConfirmation ?? [];
  const meant = confirmations.some(({ SubjectConfirmationData: [{ $: data }] }) => {
    return data.Recipient === address && data.InResponseTo === requestId;
  });
  if (!meant) throw new Error('it was not made for this gateway, or not for this request');
}

const usualEmails = [
  'email',
  'mail',
  'urn:oid:0.9.2342.19200300.100.1.3',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
];
const usualNames = [
  'displayName',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'http://schemas.microsoft.com/identity/claims/displayname',
  'name',
  'cn',
];
const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const transientFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';

function profileOf({ settings: ask }: Context, assertion: Assertion): Profile {
  const claims = z.json().parse(JSON.parse(JSON.stringify(assertion)));
  const attributes = valueAt(claims, 'attributes') ?? null;
  const of = (names: readonly string[]): string | undefined => {
    for (const name of names) {
      const text = firstText(attributeOf(attributes, name));
      if (text !== undefined) return text;
    }
    return undefined;
  };
  const subject = ask.subjectAttribute === '' ? assertion.nameID : of([ask.subjectAttribute]);
  if (ask.subjectAttribute === '' && assertion.nameIDFormat === transientFormat)
    throw new Error('its NameID is another one each time; have it send a persistent one, or name an attribute');
  if (subject === undefined || subject.trim() === '' || subject.length > 255)
    throw new Error('it names nobody by an id that could be kept');
  const named = assertion.nameIDFormat === emailFormat ? assertion.nameID : undefined;
  const email = ask.emailAttribute === '' ? (of(usualEmails) ?? named) : of([ask.emailAttribute]);
  const name = of(ask.nameAttribute === '' ? usualNames : [ask.nameAttribute]);
  return { subject, email, name, label: email ?? name ?? subject, claims };
}

/** Names of attributes have dots and slashes, so they are no paths. */
const attributeOf = (attributes: Json, name: string): Json | undefined =>
  typeof attributes === 'object' && attributes !== null && !Array.isArray(attributes)
    ? Object.entries(attributes).find(([key]) => key === name)?.[1]
    : undefined;

function firstText(value: Json | undefined): string | undefined {
  const one: unknown = Array.isArray(value) ? value.at(0) : value;
  return typeof one === 'string' && one !== '' ? one : undefined;
}

/** What the identity provider reads to know us. */
export async function samlMetadata(context: Pick<SignInContext, 'settings' | 'redirectUri'>): Promise<string> {
  const { generateServiceProviderMetadata } = await import('@node-saml/node-saml');
  const address = samlAddress(context.redirectUri);
  return generateServiceProviderMetadata({ issuer: address, callbackUrl: address, wantAssertionsSigned: true });
}

export const saml = defineSignIn({
  id: 'saml',
  label: 'SAML 2.0',
  docs: 'https://docs.oasis-open.org/security/saml/Post2.0/sstc-saml-tech-overview-2.0.html',
  settings,
  secrets: z.strictObject({}),
  begin: async (context, flow) => {
    const saml = await open(context, flow);
    return new URL(await saml.getAuthorizeUrlAsync(flow.state, undefined, {}));
  },
  finish,
  policy: ({ policy }) => policy,
  address: samlAddress,
  readMetadata: readIdpMetadata,
});

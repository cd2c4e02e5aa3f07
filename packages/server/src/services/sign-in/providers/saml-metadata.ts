import { z } from 'zod';
import { Refusal } from '../../../domain/refusal.ts';

const metadataNs = 'urn:oasis:names:tc:SAML:2.0:metadata';
const signatureNs = 'http://www.w3.org/2000/09/xmldsig#';
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

/** An element, as the parser has it. */
type Element = {
  readonly $ns: { readonly uri: string; readonly local: string };
  readonly $?: Readonly<Record<string, { readonly value: string }>> | undefined;
  readonly _?: string | undefined;
  readonly $$?: readonly Element[] | undefined;
};
const elementSchema: z.ZodType<Element> = z.looseObject({
  $ns: z.looseObject({ uri: z.string(), local: z.string() }),
  $: z.record(z.string(), z.looseObject({ value: z.string() })).optional(),
  _: z.string().optional(),
  $$: z.array(z.lazy(() => elementSchema)).optional(),
});

/**
 * What the metadata of an identity provider (saml-metadata-2.0-os) says of where it signs people in, and by which keys. It comes from who
 * sets the method up, by an address of theirs or as a text, so its own signature is not asked for.
 */
export async function readIdpMetadata(xml: string): Promise<{
  readonly entryPoint: string;
  readonly issuer: string;
  readonly certificate: string;
}> {
  const entities = elements(await parsed(xml), metadataNs, 'EntityDescriptor');
  const idps = entities.flatMap((entity) =>
    elements(entity, metadataNs, 'IDPSSODescriptor').map((descriptor) => ({ entity, descriptor })),
  );
  const [idp, another] = idps;
  if (idp === undefined) throw strange('it describes no identity provider');
  if (another !== undefined) throw strange('it describes several identity providers; give that of one');
  const { entity, descriptor } = idp;
  const issuer = attributeOf(entity, 'entityID');
  if (issuer === '') throw strange('the identity provider has no entity id');
  const doors = elements(descriptor, metadataNs, 'SingleSignOnService');
  const door = doors.find((one) => attributeOf(one, 'Binding') === redirect);
  const entryPoint = door === undefined ? '' : attributeOf(door, 'Location');
  if (!/^https?:/.test(entryPoint)) throw strange('it has no address for the HTTP-Redirect binding');
  const keys = elements(descriptor, metadataNs, 'KeyDescriptor').filter(
    (key) => attributeOf(key, 'use') !== 'encryption',
  );
  const certificates = keys.flatMap((key) =>
    elements(key, signatureNs, 'X509Certificate').map(({ _ = '' }) => pemOf(_)),
  );
  if (certificates.length === 0) throw strange('it has no certificate that assertions are signed with');
  return { entryPoint, issuer, certificate: [...new Set(certificates)].join('\n') };
}

async function parsed(xml: string): Promise<Element> {
  // A document type could declare entities, which grow without end.
  if (/<!DOCTYPE/i.test(xml)) throw strange('it declares a document type');
  const { parseStringPromise } = await import('xml2js');
  const options = { xmlns: true, explicitChildren: true, preserveChildrenOrder: true, explicitRoot: false };
  const read: unknown = await parseStringPromise(xml.trim(), options).catch((error: unknown) => {
    throw strange(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'it is no XML');
  });
  try {
    return elementSchema.parse(read);
  } catch (error) {
    throw strange(error instanceof RangeError ? 'it is nested too deeply' : 'it is no XML');
  }
}

/** Those of a name, the element itself among them, at whatever depth. */
const elements = (within: Element, uri: string, local: string): readonly Element[] => [
  ...(within.$ns.uri === uri && within.$ns.local === local ? [within] : []),
  ...(within.$$ ?? []).flatMap((child) => elements(child, uri, local)),
];

const attributeOf = ({ $ = {} }: Element, name: string): string => $[name]?.value ?? '';

const pemOf = (text: string): string => {
  const lines = text.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
};

const strange = (why: string): Refusal =>
  new Refusal('invalid_request', `This is no metadata of an identity provider: ${why.slice(0, 200)}.`, {
    param: 'source',
  });

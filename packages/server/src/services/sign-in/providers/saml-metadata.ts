import type { Element } from '@xmldom/xmldom';
import { Refusal } from '../../../domain/refusal.ts';

const metadataNs = 'urn:oasis:names:tc:SAML:2.0:metadata';
const signatureNs = 'http://www.w3.org/2000/09/xmldsig#';
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

/**
 * What the metadata of an identity provider (saml-metadata-2.0-os) says of where it signs people in, and by which keys. It comes from who
 * sets the method up, by an address of theirs or as a text, so its own signature is not asked for.
 */
export async function readIdpMetadata(xml: string): Promise<{
  readonly entryPoint: string;
  readonly issuer: string;
  readonly certificate: string;
}> {
  const root = await parsed(xml);
  const [idp, another] = elements(root, metadataNs, 'IDPSSODescriptor');
  if (idp === undefined) throw strange('it describes no identity provider');
  if (another !== undefined) throw strange('it describes several identity providers; give that of one');
  const issuer = idp.parentNode === null ? '' : (entityOf(root, idp)?.getAttribute('entityID') ?? '');
  if (issuer === '') throw strange('the identity provider has no entity id');
  const doors = elements(idp, metadataNs, 'SingleSignOnService');
  const entryPoint = doors.find((door) => door.getAttribute('Binding') === redirect)?.getAttribute('Location') ?? '';
  if (!/^https?:/.test(entryPoint)) throw strange('it has no address for the HTTP-Redirect binding');
  const keys = elements(idp, metadataNs, 'KeyDescriptor').filter((key) => key.getAttribute('use') !== 'encryption');
  const certificates = keys.flatMap((key) =>
    elements(key, signatureNs, 'X509Certificate').map((one) => pemOf(one.textContent ?? '')),
  );
  if (certificates.length === 0) throw strange('it has no certificate that assertions are signed with');
  return { entryPoint, issuer, certificate: [...new Set(certificates)].join('\n') };
}

async function parsed(xml: string): Promise<Element> {
  // A document type could declare entities, which grow without end.
  if (/<!DOCTYPE/i.test(xml)) throw strange('it declares a document type');
  const { DOMParser } = await import('@xmldom/xmldom');
  const fail = (message: string): never => {
    throw strange(message.split('\n', 1)[0] ?? message);
  };
  const errorHandler = { warning: fail, error: fail, fatalError: fail };
  try {
    const parser = new DOMParser({ errorHandler });
    // Of what has no element there is none, whatever its types say.
    const document: { readonly documentElement: Element | null } = parser.parseFromString(xml.trim(), 'text/xml');
    if (document.documentElement === null) throw strange('it is no XML');
    return document.documentElement;
  } catch (error) {
    throw error instanceof Refusal ? error : strange('it is no XML');
  }
}

const elements = (within: Element, namespace: string, name: string): Element[] =>
  Array.from(within.getElementsByTagNameNS(namespace, name));

/** The entity that a descriptor is of: the root, or one of several. */
const entityOf = (root: Element, descriptor: Element): Element | undefined =>
  [root, ...elements(root, metadataNs, 'EntityDescriptor')].find((entity) => entity === descriptor.parentNode);

const pemOf = (text: string): string => {
  const lines = text.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
};

const strange = (why: string): Refusal =>
  new Refusal('invalid_request', `This is no metadata of an identity provider: ${why.slice(0, 200)}.`, {
    param: 'source',
  });

/** Who is signed in there, and what an attacker changes of the assertion before it is signed. */
export type Assertion = {
  readonly nameId: string;
  readonly email?: string;
  readonly nameIdFormat?: string;
  readonly audience?: string;
  readonly recipient?: string;
  readonly inResponseTo?: string;
  /** ms from now. */
  readonly endsIn?: number;
};

export type SamlIdp = {
  /** PEM. */
  readonly certificate: string;
  readonly entityID: string;
  /** XML. */
  readonly metadata: string;
  /** What the browser posts back after `address` was opened, as somebody; `metadata` is ours. */
  readonly visit: (address: string, metadata: string, who: Assertion) => Promise<URLSearchParams>;
};

/** A real SAML identity provider, by samlify: it reads our metadata and our requests, and signs what it says. */
export function openSamlIdp(openssl: string, entityID?: string, entryPoint?: string): SamlIdp;

/**
 * How a call is authenticated, as data. A `field` names a field of the provider's credential; `field.member` a member of
 * one that holds a JSON object, such as the key file of a service account.
 */
export type Auth = KeyAuth | SignatureAuth | VolcAuth | JwtAuth | TokenAuth;

/** A key that each call carries as it is. */
export type KeyAuth = Placement & { readonly field: string };

/** How a call is authenticated that does not carry the same as every other. */
export type PerCallAuth = SignatureAuth | VolcAuth | JwtAuth | TokenAuth;

/** Where a secret stands on a call. */
export type Placement =
  /** `Authorization: Bearer …`. */
  | { readonly by: 'bearer' }
  /** A header of its own; its name in lower case. */
  | { readonly by: 'header'; readonly header: string; readonly prefix?: string }
  | { readonly by: 'query'; readonly parameter: string };

/** AWS Signature Version 4 over each call and its body. */
export type SignatureAuth = {
  readonly by: 'sigv4';
  /** As the signature names it, such as `bedrock`. */
  readonly service: string;
  /** The setting that holds the region. */
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A field that is given with temporary credentials only. */
  readonly sessionToken: string;
};

/** Volcengine's signature over each call and its body: https://www.volcengine.com/docs/6369/67269 */
export type VolcAuth = {
  readonly by: 'volc';
  /** As the signature names it, such as `cv`. */
  readonly service: string;
  /** The setting that holds the region. */
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

/** A token that the account signs for itself, with the secret that it shares with its vendor: https://www.rfc-editor.org/rfc/rfc7519 */
export type JwtAuth = {
  readonly by: 'jwt';
  /** The field of the account's name, the `iss` of the token. */
  readonly issuer: string;
  /** The field of the shared secret. */
  readonly secret: string;
  readonly lifeSeconds: number;
  /** Where the token stands on a call. */
  readonly placed: Placement;
};

/** An access token, which the credential is exchanged for at the vendor's token endpoint, and which expires. */
export type TokenAuth = {
  readonly by: 'token';
  /** The token endpoint. `{name}` stands for a setting or a field of the credential, percent-encoded. */
  readonly url: string;
  readonly grant: ClientCredentialsGrant | JwtBearerGrant | RefreshTokenGrant | ExchangeGrant;
  /** Where the token stands on a call. */
  readonly placed: Placement;
};

/** An id and a secret for a token: https://datatracker.ietf.org/doc/html/rfc6749#section-4.4 */
export type ClientCredentialsGrant = {
  readonly type: 'client-credentials';
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where they are sent: HTTP Basic, the form, or the query of the token endpoint. */
  readonly sentIn: 'header' | 'body' | 'query';
  readonly scope?: string;
};

/** A signed assertion for a token: https://datatracker.ietf.org/doc/html/rfc7523#section-2.1 */
export type JwtBearerGrant = {
  readonly type: 'jwt-bearer';
  /** The field of the account's name, the `iss` of the assertion. */
  readonly issuer: string;
  /** The field of the private key, PKCS #8 as PEM. */
  readonly privateKey: string;
  /** The field of the key's id, the `kid` of the assertion. */
  readonly keyId?: string;
  readonly algorithm: 'RS256' | 'ES256';
  readonly audience: string;
  readonly scope?: string;
};

/**
 * A refresh token for an access token and another refresh token, which is kept from then on:
 * https://datatracker.ietf.org/doc/html/rfc6749#section-6
 */
export type RefreshTokenGrant = {
  readonly type: 'refresh-token';
  /** The client that the tokens were given to, a public one. */
  readonly clientId: string;
  readonly refreshToken: string;
  /** The field of an access token, which may be good still; a JWT tells until when. */
  readonly accessToken?: string;
  readonly scope?: string;
};

/**
 * A token that lasts for one that expires, by an endpoint of the vendor's own and not by OAuth. It answers with `token`, and
 * with `expires_at` in seconds since 1970 where it says until when.
 */
export type ExchangeGrant = {
  readonly type: 'exchange';
  readonly method: 'GET' | 'POST';
  /** The field of the token that lasts, and where it stands on the question. */
  readonly field: string;
  readonly shown: Placement;
  /** How long a token is good whose answer does not say. */
  readonly lifeSeconds: number;
  /** How the names of headers begin that the answer lists in `headers`, for calls with its token. */
  readonly headersBegin?: string;
};

type Values = Readonly<Record<string, string>>;

/** A credential's field, or a member of the JSON object in one; undefined when it is absent or empty. */
export function fieldOf(credential: Values, field: string): string | undefined {
  const whole = credential[field];
  if (whole !== undefined) return whole || undefined;
  const dot = field.indexOf('.');
  if (dot < 0) return undefined;
  const member = memberOf(credential[field.slice(0, dot)], field.slice(dot + 1));
  return typeof member === 'string' && member !== '' ? member : undefined;
}

const memberOf = (text: string | undefined, member: string): unknown => membersOf(text)[member];

function membersOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** Of a JSON object in a credential's field, the texts that are secret by their names. */
export function secretMembers(text: string): readonly string[] {
  return Object.entries(membersOf(text)).flatMap(([name, value]) =>
    typeof value === 'string' && value.length >= 8 && /key|token|secret|password/i.test(name) ? [value] : [],
  );
}

/** The fields without which a way to authenticate cannot be gone. */
export function fieldsOf(auth: Auth): readonly string[] {
  switch (auth.by) {
    case 'bearer':
    case 'header':
    case 'query':
      return [auth.field];
    case 'sigv4':
    case 'volc':
      return [auth.accessKeyId, auth.secretAccessKey];
    case 'jwt':
      return [auth.issuer, auth.secret];
    case 'token': {
      const { grant } = auth;
      if (grant.type === 'refresh-token') return [grant.refreshToken];
      if (grant.type === 'exchange') return [grant.field];
      return grant.type === 'client-credentials'
        ? [grant.clientId, grant.clientSecret]
        : [grant.issuer, grant.privateKey, ...(grant.keyId === undefined ? [] : [grant.keyId])];
    }
  }
}

/** The first way whose fields the credential has; undefined when it has none of them. */
function authFor(ways: readonly Auth[], credential: Values): Auth | undefined {
  return ways.find((auth) => fieldsOf(auth).every((field) => fieldOf(credential, field) !== undefined));
}

/** What a call carries besides its path and body. Names of headers are in lower case; `query` has no `?`. */
export type Carried = { readonly headers: Values; readonly query: string };

/** A secret in its place on a call. */
export function placeSecret(placement: Placement, secret: string): Carried {
  switch (placement.by) {
    case 'bearer':
      return { headers: { authorization: `Bearer ${secret}` }, query: '' };
    case 'header':
      return { headers: { [placement.header]: `${placement.prefix ?? ''}${secret}` }, query: '' };
    case 'query':
      return { headers: {}, query: `${placement.parameter}=${encodeURIComponent(secret)}` };
  }
}

/** The same of the key that a credential has. */
export const placeKey = (auth: KeyAuth, credential: Values): Carried =>
  placeSecret(auth, fieldOf(credential, auth.field) ?? '');

/**
 * What every call with this credential carries alike, and how each is authenticated beyond that, where it is signed or
 * carries a token that expires.
 */
export function authenticationFor(
  provider: { readonly auth: readonly Auth[]; readonly headers?: Values },
  credential: Values,
  settings: Readonly<Record<string, unknown>>,
): Carried & { readonly perCall: PerCallAuth | undefined } {
  const auth = authFor(provider.auth, credential);
  const own = headersOf(provider.headers ?? {}, settings);
  switch (auth?.by) {
    case 'bearer':
    case 'header':
    case 'query': {
      const { headers, query } = placeKey(auth, credential);
      return { headers: { ...own, ...headers }, query, perCall: undefined };
    }
    case 'sigv4':
    case 'volc':
    case 'jwt':
    case 'token':
    case undefined:
      return { headers: own, query: '', perCall: auth };
  }
}

function headersOf(templates: Values, settings: Readonly<Record<string, unknown>>): Values {
  const headers: Record<string, string> = {};
  for (const [name, template] of Object.entries(templates)) {
    const values = [...template.matchAll(/\{(\w+)\}/g)].map(([, setting = '']) => settings[setting]);
    if (values.some((value) => typeof value !== 'string' || value === '')) continue;
    headers[name] = template.replaceAll(/\{(\w+)\}/g, () => String(values.shift()));
  }
  return headers;
}

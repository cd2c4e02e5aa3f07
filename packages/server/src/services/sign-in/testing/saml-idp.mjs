// Not in TypeScript: the types of samlify bring those of a browser, which other files of the server must not see.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as samlify from 'samlify';

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const template = {
  ...samlify.SamlLib.defaultLoginResponseTemplate,
  attributes: [
    {
      name: 'email',
      nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
      valueTag: 'user.email',
      valueXsiType: 'xs:string',
    },
  ],
};

/** A key pair with its certificate, made by OpenSSL. */
function newCertificate(openssl) {
  const dir = mkdtempSync(join(tmpdir(), 'tollgate-saml-'));
  try {
    const words = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp -keyout idp.key -out idp.pem';
    const made = Bun.spawnSync([openssl, ...words.split(' ')], { cwd: dir, stderr: 'pipe' });
    if (made.exitCode !== 0) throw new Error(made.stderr.toString());
    const read = (name) => readFileSync(join(dir, name), 'utf8');
    return { key: read('idp.key'), certificate: read('idp.pem') };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export function openSamlIdp(
  openssl,
  entityID = 'https://idp.example/metadata',
  entryPoint = 'https://idp.example/sso',
) {
  samlify.setSchemaValidator({ validate: () => Promise.resolve('not looked at') });
  const { key, certificate } = newCertificate(openssl);
  const idp = samlify.IdentityProvider({
    entityID,
    privateKey: key,
    signingCert: certificate,
    isAssertionEncrypted: false,
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    nameIDFormat: [persistent],
    singleSignOnService: [{ Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: entryPoint }],
    singleLogoutService: [
      { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: 'https://idp.example/slo' },
    ],
    loginResponseTemplate: template,
  });

  async function visit(address, metadata, who) {
    const query = Object.fromEntries(new URL(address).searchParams);
    const sp = samlify.ServiceProvider({ metadata });
    const { extract } = await idp.parseLoginRequest(sp, 'redirect', { query });
    const door = sp.entityMeta.getAssertionConsumerService('post');
    const now = Date.now();
    const ends = new Date(now + (who.endsIn ?? 60_000)).toISOString();
    const values = {
      ID: `_response${now}`,
      AssertionID: `_assertion${now}`,
      Destination: door,
      Audience: who.audience ?? sp.entityMeta.getEntityID(),
      SubjectRecipient: who.recipient ?? door,
      Issuer: entityID,
      IssueInstant: new Date(now).toISOString(),
      StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
      ConditionsNotBefore: new Date(now - 60_000).toISOString(),
      ConditionsNotOnOrAfter: ends,
      SubjectConfirmationDataNotOnOrAfter: ends,
      NameIDFormat: who.nameIdFormat ?? persistent,
      NameID: who.nameId,
      InResponseTo: who.inResponseTo ?? extract.request.id,
      AuthnStatement: '',
      attrUserEmail: who.email ?? '',
    };
    const made = await idp.createLoginResponse(sp, { extract }, 'post', {}, (text) => ({
      id: values.ID,
      context: samlify.SamlLib.replaceTagsByValue(text, values),
    }));
    return new URLSearchParams({ SAMLResponse: made.context, RelayState: query.RelayState ?? '' });
  }
  return { certificate, entityID, metadata: idp.getMetadata(), visit };
}

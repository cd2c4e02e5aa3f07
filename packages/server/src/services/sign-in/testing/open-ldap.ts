import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'ldapts';

const base = 'dc=corp,dc=example';
const admin = { dn: `cn=admin,${base}`, password: 'directory manager' };

const freePort = async (): Promise<number> =>
  await new Promise((tell) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => tell(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** The programs that it takes, where they are installed. */
export const ldapPrograms = {
  slapd: process.env['TOLLGATE_TEST_SLAPD'] ?? Bun.which('slapd', { PATH: '/usr/sbin:/usr/local/sbin' }),
  openssl: Bun.which('openssl'),
};

/** An OpenLDAP server on this machine, with nobody in it yet; it speaks TLS too, by `certificate`. */
export async function openLdap() {
  const { slapd, openssl } = ldapPrograms;
  const dir = mkdtempSync(join(tmpdir(), 'tollgate-ldap-'));
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem';
  Bun.spawnSync([openssl ?? '', ...words.split(' ')], { cwd: dir });
  mkdirSync(join(dir, 'data'));
  const schema = ['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`);
  writeFileSync(
    join(dir, 'slapd.conf'),
    [
      ...schema,
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      `TLSCertificateFile ${dir}/cert.pem`,
      `TLSCertificateKeyFile ${dir}/key.pem`,
      'database mdb',
      `suffix "${base}"`,
      `rootdn "${admin.dn}"`,
      `rootpw "${admin.password}"`,
      `directory ${dir}/data`,
      'access to attrs=userPassword by anonymous auth by * none',
      'access to * by * read',
      '',
    ].join('\n'),
  );
  const port = await freePort();
  const url = `ldap://127.0.0.1:${port}`;
  const server = Bun.spawn([slapd ?? '', '-d', '0', '-h', url, '-f', join(dir, 'slapd.conf')], { stderr: 'ignore' });
  const client = new Client({ url, timeout: 10_000 });
  for (;;) {
    const answered = await client.bind(admin.dn, admin.password).then(
      () => true,
      () => false,
    );
    if (answered) break;
    if (server.exitCode !== null) throw new Error(`slapd ended with ${server.exitCode}`);
    await Bun.sleep(20);
  }
  await client.add(base, { objectClass: ['dcObject', 'organization'], dc: 'corp', o: 'Corp' });
  return {
    url,
    base,
    admin,
    certificate: readFileSync(join(dir, 'cert.pem'), 'utf8'),
    add: async (uid: string, more: Readonly<Record<string, string>> = {}): Promise<void> => {
      const entry = { objectClass: 'inetOrgPerson', cn: uid, sn: uid, userPassword: `${uid} secret`, ...more };
      await client.add(`uid=${uid},${base}`, { uid, ...entry });
    },
    close: async (): Promise<void> => {
      await client.unbind();
      server.kill();
      await server.exited;
      rmSync(dir, { recursive: true });
    },
  };
}

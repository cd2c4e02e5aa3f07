import { openBrowser, type Browser } from '../../testing/browser.ts';
import { field, openTestApp, type Reply } from '../../testing/admin-app.ts';
import type { Database } from '../../../store/database.ts';

/**
 * A gateway with a root, and a team of Olga's that has shown corp.example to be its own. `dns` is what the DNS says, by name; an error where it does not answer.
 */
export async function openOrganisation(database: Database) {
  const dns = new Map<string, readonly string[] | Error>();
  const app = await openTestApp(database, {
    askOutside: (url, init) => fetch(url, { ...init, redirect: 'manual' }),
    resolveTxt: (name) => {
      const said = dns.get(name) ?? [];
      return said instanceof Error ? Promise.reject(said) : Promise.resolve(said);
    },
  });
  const root = await app.enroll('root', 'root@example.com');
  const olga = await app.enroll('user', 'olga@example.com');
  await app.call('PUT', '/api/v1/settings/site.publicUrl', {
    token: root.token,
    body: { value: 'http://gate.example' },
  });
  const as = async (token: string, method: string, path: string, body?: unknown): Promise<Reply> =>
    await app.call(method, `/api/v1${path}`, { token, ...(body !== undefined && { body }) });
  const newTeam = async (token: string, name: string): Promise<string> =>
    field((await as(token, 'POST', '/teams', { name })).json, 'id');
  /** Names a domain, puts its record into the DNS, and has it verified. */
  const verify = async (token: string, team: string, domain: string): Promise<string> => {
    const { json } = await as(token, 'POST', `/teams/${team}/domains`, { domain });
    const id = field(json, 'id');
    const name = field(json, 'record.name');
    const standing = dns.get(name) ?? [];
    dns.set(name, [...(standing instanceof Error ? [] : standing), field(json, 'record.value')]);
    await as(token, 'POST', `/teams/${team}/domains/${id}/verification`);
    return id;
  };
  const team = await newTeam(olga.token, 'Corp');
  const domain = await verify(olga.token, team, 'corp.example');
  const addMethod = async (body: Readonly<Record<string, unknown>>, token = olga.token, of = team): Promise<Reply> =>
    await as(token, 'POST', `/teams/${of}/sign-in-methods`, body);
  const begin = async (browser: Browser, methodId: string): Promise<Reply> =>
    await browser.send('POST', '/api/v1/sign-in/begin', { methodId });
  const finish = async (browser: Browser, methodId: string, back: URL): Promise<Reply> =>
    await browser.send('POST', '/api/v1/sign-in/finish', {
      methodId,
      answer: Object.fromEntries(back.searchParams),
    });
  const browser = (address?: string): Browser => openBrowser(app.call, address);
  const close = async (): Promise<void> => {
    app.snapshots.close();
    await database.close();
  };
  return { ...app, dns, root, olga, team, domain, as, newTeam, verify, addMethod, begin, finish, browser, close };
}

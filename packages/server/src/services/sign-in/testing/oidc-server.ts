import { OAuth2Server, type MutableToken } from 'oauth2-mock-server';

/**
 * A real OpenID Connect provider on this machine. `person` is who is signed in there; `tamper` changes an id token before it
 * is signed, `forge` what is sent instead of it.
 */
export async function openOidcServer() {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const state = {
    person: { sub: 'person-1' } as Readonly<Record<string, unknown>>,
    tamper: undefined as ((claims: Record<string, unknown>) => void) | undefined,
    forge: undefined as ((idToken: string) => string) | undefined,
  };
  server.service.on('beforeTokenSigning', (token: MutableToken) => {
    Object.assign(token.payload, state.person);
    if ('nonce' in token.payload) state.tamper?.(token.payload);
  });
  server.service.on('beforeResponse', (answer: { body: Record<string, unknown> | '' }) => {
    if (answer.body !== '' && typeof answer.body['id_token'] === 'string' && state.forge !== undefined)
      answer.body['id_token'] = state.forge(answer.body['id_token']);
  });
  server.service.on('beforeUserinfo', (answer: { body: unknown }) => {
    answer.body = state.person;
  });
  return {
    issuer: server.issuer.url ?? '',
    state,
    /** What the provider sends the browser back with. */
    async visit(address: string): Promise<URL> {
      const response = await fetch(address, { redirect: 'manual' });
      return new URL(response.headers.get('location') ?? '');
    },
    stop: async () => await server.stop(),
  };
}

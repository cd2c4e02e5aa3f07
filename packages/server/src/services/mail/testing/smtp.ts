import { SMTPServer } from 'smtp-server';

export type Received = { readonly to: readonly string[]; readonly from: string; readonly raw: string };

/** A real SMTP server on this machine that keeps what it is given; `refuse` makes it say no to a recipient. */
export async function openSmtp(
  options: {
    readonly user?: string;
    readonly password?: string;
    readonly refuse?: (address: string) => string | undefined;
  } = {},
) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: options.user === undefined,
    disabledCommands: options.user === undefined ? ['AUTH'] : [],
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      if (auth.username === options.user && auth.password === options.password) done(null, { user: auth.username });
      else done(new Error('Invalid username or password'));
    },
    onRcptTo({ address }, _session, done) {
      const why = options.refuse?.(address);
      done(why === undefined ? null : Object.assign(new Error(why), { responseCode: 550 }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        done(null);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received,
    stop: async () =>
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      }),
  };
}

/** The parts of a mail as text, whatever they were packed in. */
export function bodyOf({ raw }: Received): string {
  return raw
    .split(/\r\n--[^\r\n]+\r\n/)
    .map((part) => {
      const [head = '', ...rest] = part.split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      if (/transfer-encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
      if (!/transfer-encoding: quoted-printable/i.test(head)) return body;
      const bytes = body
        .replaceAll('=\r\n', '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString('utf8');
    })
    .join('\n');
}

import type { Settings } from '@tollgate/contract/settings';
import type { MailLanguage } from '@tollgate/contract/settings/mail';
import type { Transporter } from 'nodemailer';
import type { LetterName, LetterValues } from './letter-kinds.ts';
import { logoPart, writeLetter } from './letters.ts';
import { openLogo, type LogoDeps } from './logo.ts';

export type MailerDeps = LogoDeps & { readonly settings: () => Pick<Settings, 'mail' | 'site'> };

export type Mail<N extends LetterName = LetterName> = {
  readonly to: string;
  readonly letter: N;
  readonly values: LetterValues[N];
  /** Undefined for that of the settings. */
  readonly language: MailLanguage | undefined;
  /** The same at each attempt, so that a mail which came twice can be known as one. */
  readonly id: string;
};

export type Mailer = {
  /** Whether the settings name a server and a sender. */
  configured(): boolean;
  /** Hands a mail to the server; returns what the server said. Throws what went wrong, in words for administrators. */
  send<N extends LetterName>(mail: Mail<N>): Promise<string>;
};

/** Sends mail by the server of the settings, each over a connection of its own: a change of the settings is in force at once. */
export function openMailer(deps: MailerDeps): Mailer {
  const logo = openLogo(deps);
  return {
    configured: () => isConfigured(deps.settings()),
    async send({ to, letter, values, language, id }) {
      const settings = deps.settings();
      if (!isConfigured(settings))
        throw new Error('Mail is not set up: the settings name no SMTP server or no sender.');
      const { mail, site } = settings;
      const image = await logo(site.logoUrl);
      const look = { language: language ?? mail.language, site: site.name, hasLogo: image !== undefined };
      const transport = await openTransport(mail);
      try {
        const sent = await transport.sendMail({
          ...writeLetter(letter, values, look),
          from: { name: site.name, address: mail.from },
          to: { name: '', address: to },
          messageId: `<${id}@${mail.from.slice(mail.from.indexOf('@') + 1)}>`,
          // Nobody's holiday notice should come back (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
          ...(image && { attachments: [{ ...image, cid: logoPart, contentDisposition: 'inline' }] }),
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        return sent.response;
      } catch (error) {
        throw new Error(explain(error), { cause: error });
      } finally {
        transport.close();
      }
    },
  };
}

const isConfigured = ({ mail }: Pick<Settings, 'mail'>): boolean => mail.host !== '' && mail.from !== '';

async function openTransport(mail: Settings['mail']): Promise<Transporter<{ readonly response: string }>> {
  // Seldom needed, and loads a tree of its own.
  const { createTransport } = await import('nodemailer');
  return createTransport({
    host: mail.host,
    port: mail.port,
    secure: mail.security === 'tls',
    requireTLS: mail.security === 'starttls',
    ignoreTLS: mail.security === 'none',
    tls: { rejectUnauthorized: !mail.allowSelfSigned },
    ...(mail.user !== '' && { auth: { user: mail.user, pass: mail.password } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
}

/** What the server said, or what kept it from being asked. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { response } = error as { readonly response?: unknown };
  return typeof response === 'string' ? `The SMTP server said: ${response}` : error.message;
}

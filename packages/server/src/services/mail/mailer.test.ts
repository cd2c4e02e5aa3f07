import { afterEach, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { openMailer, type Mail } from './mailer.ts';
import { bodyOf, openSmtp } from './testing/smtp.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function open(
  options: Parameters<typeof openSmtp>[0] = {},
  mail: Partial<Settings['mail']> = {},
  site: Partial<Settings['site']> = {},
  fetch: () => Promise<Response> = () => Promise.reject(new Error('nothing is fetched')),
) {
  const smtp = await openSmtp(options);
  stops.push(smtp.stop);
  const settings = {
    site: { ...defaultSettings.site, name: 'Gate', ...site },
    mail: {
      ...defaultSettings.mail,
      host: '127.0.0.1',
      port: smtp.port,
      security: 'none' as const,
      from: 'gate@example.com',
      ...mail,
    },
  };
  return { smtp, mailer: openMailer({ settings: () => settings, fetch, now: () => 0 }) };
}

const reset: Mail<'resetPassword'> = {
  to: 'ann@example.com',
  letter: 'resetPassword',
  values: { url: 'https://gate.example/reset#token=abc', hours: 1 },
  language: undefined,
  id: 'job_1',
};

test('a mail arrives, as text and as HTML that fetches nothing', async () => {
  const { smtp, mailer } = await open({ user: 'gate', password: 'sesame' }, { user: 'gate', password: 'sesame' });
  expect(await mailer.send(reset)).toStartWith('250');
  const [mail] = smtp.received;
  if (mail === undefined) throw new Error('nothing came');
  expect(mail).toMatchObject({ from: 'gate@example.com', to: ['ann@example.com'] });
  expect(mail.raw).toContain('From: Gate <gate@example.com>');
  expect(mail.raw).toContain('Message-ID: <job_1@example.com>');
  expect(mail.raw).toContain('Auto-Submitted: auto-generated');
  const body = bodyOf(mail);
  expect(body.split('https://gate.example/reset#token=abc')).toHaveLength(5);
  expect(body).not.toMatch(/<(img|link|script|iframe)/);
});

test('what people wrote is text in it, and a line in its headers', async () => {
  const { smtp, mailer } = await open({}, {}, { name: 'A <b>"gate"</b>' });
  const values = { title: 'low\r\nBcc: eve@example.com', lines: ['<script>x</script> & co'], url: undefined };
  await mailer.send({ ...reset, letter: 'notice', values });
  const [mail] = smtp.received;
  if (mail === undefined) throw new Error('nothing came');
  expect(mail.to).toEqual(['ann@example.com']);
  expect(mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n'))).not.toMatch(/^Bcc:/m);
  expect(bodyOf(mail)).toContain('&lt;script&gt;x&lt;/script&gt; &amp; co');
  expect(bodyOf(mail)).toContain('A &lt;b&gt;&quot;gate&quot;&lt;/b&gt;');
});

test('it is written in the language of who reads it', async () => {
  const { smtp, mailer } = await open({}, { language: 'zh-CN' });
  await mailer.send(reset);
  await mailer.send({ ...reset, language: 'en' });
  expect(smtp.received.map((mail) => bodyOf(mail).includes('设置新密码'))).toEqual([true, false]);
});

test('a logo is a part of it, and left out where it cannot be had', async () => {
  const png = () => Promise.resolve(new Response('png', { headers: { 'content-type': 'image/png' } }));
  const site = { logoUrl: 'https://gate.example/logo.png' };
  const shown = await open({}, {}, site, png);
  await shown.mailer.send(reset);
  expect(shown.smtp.received[0]?.raw).toContain('Content-ID: <logo@letter>');
  const lost = await open({}, {}, site);
  await lost.mailer.send(reset);
  expect(lost.smtp.received[0]?.raw).not.toContain('Content-ID');
});

test('what the server says against it is what one is told', async () => {
  const wrong = await open({ user: 'gate', password: 'sesame' }, { user: 'gate', password: 'open' });
  expect(await said(wrong.mailer.send(reset))).toContain('535');
  const unknown = await open({ refuse: (address) => `5.1.1 no ${address} here` });
  expect(await said(unknown.mailer.send(reset))).toBe('The SMTP server said: 550 5.1.1 no ann@example.com here');
});

test('nothing goes unencrypted, or to a certificate of nobody’s, unless that is allowed', async () => {
  // The server of `smtp-server` offers STARTTLS with a certificate that it made itself.
  const strict = await open({}, { security: 'starttls' });
  expect(await said(strict.mailer.send(reset))).toMatch(/self.signed|certificate/i);
  expect(strict.smtp.received).toEqual([]);
  const lenient = await open({}, { security: 'starttls', allowSelfSigned: true });
  expect(await lenient.mailer.send(reset)).toStartWith('250');
});

test('without a server or a sender there is no mail', async () => {
  for (const mail of [{ host: '' }, { from: '' }]) {
    const { mailer } = await open({}, mail);
    expect(mailer.configured()).toBe(false);
    expect(await said(mailer.send(reset))).toContain('Mail is not set up');
  }
});

const said = async (sending: Promise<string>): Promise<string> =>
  await sending.then(
    () => 'sent',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

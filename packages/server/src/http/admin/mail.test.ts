import { expect, test } from 'bun:test';
import { onSqlite } from '../../store/testing/databases.ts';
import { openSmtp } from '../../services/mail/testing/smtp.ts';
import { openTestApp } from '../testing/admin-app.ts';

onSqlite('the test of mail', (open) => {
  test('tells what the server said, and what kept it from being asked', async () => {
    const smtp = await openSmtp({ refuse: (address) => (address.startsWith('nobody') ? 'no such box' : undefined) });
    const app = await openTestApp(await open());
    const { token } = await app.enroll('root', 'root@example.com');
    const ask = async (to: string) => (await app.call('POST', '/api/v1/mail/test', { token, body: { to } })).json;
    expect(await ask('ann@example.com')).toMatchObject({ sent: false, said: expect.stringContaining('not set up') });
    const settings = { host: '127.0.0.1', port: smtp.port, security: 'none', from: 'gate@example.com' };
    for (const [name, value] of Object.entries(settings))
      await app.call('PUT', `/api/v1/settings/mail.${name}`, { token, body: { value } });
    expect(await ask('ann@example.com')).toMatchObject({ sent: true, said: expect.stringMatching(/^250/) });
    expect(await ask('nobody@example.com')).toEqual({
      sent: false,
      said: 'The SMTP server said: 550 no such box',
    });
    expect(smtp.received.map(({ to }) => to)).toEqual([['ann@example.com']]);
    await smtp.stop();
  });
});

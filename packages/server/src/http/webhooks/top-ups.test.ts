import { expect, test } from 'bun:test';
import { saleTermsVersion } from '@tollgate/contract/api/sales';
import { confirmSaleTerms } from '../../services/sales/sale-terms.ts';
import { signTopUp } from '../../services/top-ups/take-call.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { verify } from '../../services/ledger/verify.ts';
import { field, openTestApp } from '../testing/admin-app.ts';

/** A shop outside credits wallets by signed calls; what is forged, old, replayed or tampered with credits nothing. */
eachDatabase('the external top-up API', (open) => {
  test('credits a sale once, and believes nothing that is not signed, new and whole', async () => {
    const database = await open();
    const app = await openTestApp(database);
    const root = await app.enroll('root', 'root@example.com');
    const ann = await app.enroll('user', 'ann@example.com');
    const made = await app.call('POST', '/api/v1/top-up-keys', {
      token: root.token,
      body: { name: 'shop', maximumUsd: '50' },
    });
    const [id, secret] = [field(made.json, 'id'), field(made.json, 'secret')];
    const listed = await app.call('GET', '/api/v1/top-up-keys', { token: root.token });
    expect([made.status, listed.text.includes(secret), listed.text.includes('"sealed"')]).toEqual([201, false, false]);
    let nonces = 0;
    type Tampered = {
      readonly timestamp?: number;
      readonly nonce?: string;
      readonly secret?: string;
      readonly sent?: string;
      readonly door?: string;
    };
    const send = async (call: object, tampered: Tampered = {}) => {
      const text = JSON.stringify({ user: 'ann@example.com', amountUsd: '10', idempotencyKey: 'sale-1', ...call });
      const timestamp = `${tampered.timestamp ?? Math.floor(Date.now() / 1000)}`;
      const nonce = tampered.nonce ?? `unique-${(nonces += 1)}`;
      const signature = signTopUp(tampered.secret ?? secret, timestamp, nonce, new TextEncoder().encode(text));
      const reply = await app.call('POST', `/api/webhooks/top-ups/${tampered.door ?? id}`, {
        text: tampered.sent ?? text,
        headers: {
          'content-type': 'application/json',
          'x-tollgate-timestamp': timestamp,
          'x-tollgate-nonce': nonce,
          'x-tollgate-signature': signature,
        },
      });
      if (reply.status !== 200) return `${reply.status}`;
      return reply.text.includes('"credited":true') ? 'credited true' : 'credited false';
    };
    const now = Math.floor(Date.now() / 1000);

    expect(await send({})).toBe('403');
    await confirmSaleTerms(app.deps.accounts, {
      version: saleTermsVersion,
      confirmed: true,
      userId: root.user.id,
      actor: 'user:root',
      address: '203.0.113.9',
    });
    const all = await Promise.all([send({}), send({}), send({})]);
    // On two at once the databases may let one wait and fail; it is sent again, and nothing is credited twice.
    expect(all.filter((one) => one === 'credited true')).toHaveLength(1);
    expect(await send({})).toBe('credited false');
    expect(await send({ amountUsd: '11' })).toBe('409');
    expect(await send({ user: root.user.id })).toBe('409');
    const refused = [
      await send({ idempotencyKey: 'forged' }, { secret: 'tgt_another' }),
      await send({ idempotencyKey: 'no secret' }, { secret: '' }),
      await send({ idempotencyKey: 'old' }, { timestamp: now - 400 }),
      await send({ idempotencyKey: 'early' }, { timestamp: now + 400 }),
      await send({ idempotencyKey: 'changed' }, { sent: '{"user":"ann@example.com","amountUsd":"50"}' }),
      await send({ idempotencyKey: 'again' }, { nonce: 'unique-5' }),
    ];
    expect(refused).toEqual(['401', '401', '401', '401', '401', '401']);
    expect([
      await send({ amountUsd: '51', idempotencyKey: 'too-much' }),
      await send({ amountUsd: '0', idempotencyKey: 'nothing' }),
      await send({ user: 'nobody@example.com', idempotencyKey: 'nobody' }),
      await send({}, { door: 'tuk_none' }),
    ]).toEqual(['400', '400', '404', '404']);
    await app.call('PATCH', `/api/v1/top-up-keys/${id}`, { token: root.token, body: { enabled: false } });
    expect(await send({ idempotencyKey: 'sale-2' })).toBe('404');
    const wallet = await app.call('GET', '/api/v1/wallet', { token: ann.token });
    expect(field(wallet.json, 'balanceNanos')).toBe('10000000000');
    expect((await verify(database, Date.now())).problems).toEqual([]);
    app.snapshots.close();
  });
});

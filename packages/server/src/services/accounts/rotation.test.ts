import { expect, test } from 'bun:test';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { cliActor, personActor } from './account-deps.ts';
import { createApiKey, endPreviousText, findKey, rotateKey, revokeKey } from './api-keys.ts';
import { createPerson } from './people.ts';
import { hashSecret } from './secret-text.ts';
import { testAccounts } from './testing/accounts.ts';

const day = 86_400_000;

eachDatabase('rotated keys', (open) => {
  test('have a new text at once, and their former one until its time', async () => {
    const database = await open();
    const deps = testAccounts(database);
    const now = 1_900_000_000_000;
    deps.time = now;
    const ann = await createPerson(
      deps,
      cliActor,
      { email: 'ann@example.com', password: 'correct horse battery', role: 'user' },
      { adopt: false },
    );
    const actor = personActor(ann);
    const found = async (text: string) => await apiKeyRepository.findRecord(database.db, hashSecret(text));
    const { apiKey, text: first } = await createApiKey(deps, actor, ann, { name: 'app', requestsPerMinute: 7 });

    const { apiKey: rotated, text: second } = await rotateKey(deps, actor, apiKey.id, day);
    expect(second).not.toBe(first);
    expect(rotated).toMatchObject({
      id: apiKey.id,
      lastFour: second.slice(-4),
      previousUntil: now + day,
      requestsPerMinute: 7,
    });
    expect(await found(second)).toMatchObject({ id: apiKey.id, limits: { requestsPerMinute: 7 } });
    expect((await found(second))?.expiresAt).toBeUndefined();
    // The former text is the same key, which expires when it does.
    expect(await found(first)).toMatchObject({ id: apiKey.id, expiresAt: now + day });

    // A second rotation ends the first text, and keeps the second one.
    const { text: third } = await rotateKey(deps, actor, apiKey.id, 2 * day);
    expect(await found(first)).toBeUndefined();
    expect(await found(second)).toMatchObject({ expiresAt: now + 2 * day });
    await endPreviousText(deps, actor, apiKey.id);
    expect(await found(second)).toBeUndefined();
    expect(await found(third)).toMatchObject({ id: apiKey.id });
    expect((await findKey(deps, actor, apiKey.id)).previousUntil).toBeNull();

    // Without an overlap nothing of it is left.
    const { text: fourth } = await rotateKey(deps, actor, apiKey.id, 0);
    expect(await found(third)).toBeUndefined();
    const audit = await auditRepository.page(database.db, { limit: 20, subject: `key:${apiKey.id}` });
    expect(audit.map(({ action }) => action)).toEqual([
      'key.rotate',
      'key.endPrevious',
      'key.rotate',
      'key.rotate',
      'key.create',
    ]);
    for (const text of [first, second, third, fourth]) expect(JSON.stringify(audit)).not.toContain(text);

    await revokeKey(deps, actor, apiKey.id);
    expect(await found(fourth)).toBeUndefined();
  });

  test('that expire before their overlap ends expire with both texts', async () => {
    const database = await open();
    const deps = testAccounts(database);
    const ann = await createPerson(
      deps,
      cliActor,
      { email: 'ann@example.com', password: 'correct horse battery', role: 'user' },
      { adopt: false },
    );
    const expiresAt = deps.now() + 1000;
    const { apiKey, text } = await createApiKey(deps, personActor(ann), ann, { name: 'app', expiresAt });
    await rotateKey(deps, personActor(ann), apiKey.id, day);
    expect(await apiKeyRepository.findRecord(database.db, hashSecret(text))).toMatchObject({ expiresAt });
  });
});

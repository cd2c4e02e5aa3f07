import { paymentMethodInputSchema } from '@tollgate/contract/api/payments';
import { saleTermsVersion } from '@tollgate/contract/api/sales';
import type { Database } from '../../../store/database.ts';
import { cliActor } from '../../accounts/account-deps.ts';
import { balancesOf, createPerson } from '../../accounts/people.ts';
import { testAccounts } from '../../accounts/testing/accounts.ts';
import { testJobs } from '../../jobs/testing/jobs.ts';
import { openSecretBox } from '../../secret-box/secret-box.ts';
import { confirmSaleTerms } from '../../sales/sale-terms.ts';
import { createPaymentMethod } from '../methods.ts';
import { askProvider, type PaymentDeps, type PaymentStep } from '../payment-deps.ts';
import { paymentAdapters } from '../providers/index.ts';
import type { FakeProvider } from './fake-provider.ts';

/** Where what every process of one shop must know is kept: not at all, it is the same for all of them. */
const secret = 'a master secret for tests that is long enough for anybody';

type ShopOptions = { readonly fault: (step: PaymentStep) => void; readonly newId?: () => string };

/** What payments work with, on a real database, in as many processes as there are. */
export async function openPayments(database: Database, { fault, newId }: ShopOptions) {
  const accounts = testAccounts(database);
  accounts.settings = {
    ...accounts.settings,
    site: { ...accounts.settings.site, publicUrl: 'https://gate.example' },
  };
  const clock = { ms: Date.now() };
  const deps: PaymentDeps = {
    database,
    secretBox: await openSecretBox({ database, secret, dataDir: '/nowhere', now: Date.now }),
    jobs: testJobs(database),
    snapshot: accounts.snapshot,
    adapters: paymentAdapters,
    fetch: askProvider,
    now: () => clock.ms,
    newId: newId ?? accounts.newId,
    fault,
  };
  return { accounts, clock, deps };
}

/** A shop that is open, on a real database: its payments, a clock that can be set, and a step at which it is cut. */
export async function openShop(database: Database) {
  const cut: { at: PaymentStep | undefined; passed: PaymentStep[] } = { at: undefined, passed: [] };
  const { accounts, clock, deps } = await openPayments(database, {
    fault: (step) => {
      cut.passed.push(step);
      if (step === cut.at) throw new Error(`killed at ${step}`);
    },
  });
  await confirmSaleTerms(accounts, {
    version: saleTermsVersion,
    confirmed: true,
    userId: 'usr_root',
    actor: 'user:usr_root',
    address: '203.0.113.9',
  });
  const user = await createPerson(
    accounts,
    cliActor,
    { email: 'ann@example.com', password: 'correct horse battery', role: 'user' },
    { adopt: false },
  );
  const method = async (input: ReturnType<FakeProvider['input']>) =>
    await createPaymentMethod(deps, 'user:usr_root', paymentMethodInputSchema.parse(input));
  const balance = async (): Promise<bigint> => (await balancesOf(accounts, [user.id])).get(user.id) ?? 0n;
  return { accounts, deps, user, method, balance, cut, clock };
}

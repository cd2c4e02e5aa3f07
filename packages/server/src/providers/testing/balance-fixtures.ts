import type { ProviderFixtures } from './contract-suite.ts';

/** Compatible vendors that say in words of their own what money an account has. */
export const balanceFixtures: Readonly<Record<string, Partial<ProviderFixtures>>> = {
  venice: {
    balances: [
      {
        path: '/billing/balance',
        body: { canConsume: true, consumptionCurrency: 'DIEM', balances: { diem: 90.5, usd: 25, bundledCredits: 10 } },
        balances: [
          { amount: '25', currency: 'USD' },
          { amount: '90.5', currency: 'DIEM' },
        ],
      },
    ],
  },
  novita: {
    balances: [
      {
        path: '/../openapi/v1/billing/balance/detail',
        body: { availableBalance: '1000005', cashBalance: '800005', creditLimit: '200000' },
        balances: [{ amount: '100.0005', currency: 'USD' }],
      },
      {
        path: '/../openapi/v1/billing/balance/detail',
        body: { availableBalance: '-50' },
        balances: [{ amount: '-0.005', currency: 'USD' }],
      },
    ],
  },
  stepfun: {
    others: {
      'openai-responses': { chat: '/responses' },
      'anthropic-messages': { chat: '/messages', 'count-tokens': '/messages/count_tokens' },
    },
    balances: [
      { path: '/accounts', body: { object: 'account', balance: 8.5 }, balances: [{ amount: '8.5', currency: 'CNY' }] },
      {
        path: '/accounts',
        at: 'https://api.stepfun.ai/v1',
        body: { balance: 3 },
        balances: [{ amount: '3', currency: 'USD' }],
      },
    ],
  },
};

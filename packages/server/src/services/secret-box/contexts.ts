/** What a sealed text belongs to; it opens in no other place. */
export const credentialContext = (credentialId: string): string => `credential:${credentialId}`;
export const settingContext = (path: string): string => `setting:${path}`;
export const tokenSessionContext = (sessionId: string): string => `token-session:${sessionId}`;
export const wiringContext = (channelId: string): string => `channel-wiring:${channelId}`;
export const accountLoginContext = (actor: string): string => `account-login:${actor}`;
export const secondFactorContext = (userId: string): string => `second-factor:${userId}`;
export const signInMethodContext = (methodId: string): string => `sign-in-method:${methodId}`;
export const topUpKeyContext = (keyId: string): string => `top-up-key:${keyId}`;
export const noticeTargetContext = (targetId: string): string => `notice-target:${targetId}`;
export const auditSealContext = (sealId: string): string => `audit-seal:${sealId}`;
export const paymentMethodContext = (methodId: string): string => `payment-method:${methodId}`;
export const billingAccountContext = (accountId: string): string => `billing-account:${accountId}`;
export const providerKeyContext = (keyId: string): string => `provider-key:${keyId}`;

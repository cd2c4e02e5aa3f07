/** What a sealed text belongs to; it opens in no other place. */
export const credentialContext = (credentialId: string): string => `credential:${credentialId}`;
export const wiringContext = (channelId: string): string => `channel-wiring:${channelId}`;

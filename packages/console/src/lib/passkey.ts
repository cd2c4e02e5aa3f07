import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { z } from './zod.ts';

/** What the gateway wants signed. */
export const requestOptionsSchema = z.custom<PublicKeyCredentialRequestOptionsJSON>(
  (value) => typeof value === 'object',
);

/** What the gateway takes of what a passkey has signed. */
export function assertionOf({ id, rawId, type, response }: AuthenticationResponseJSON) {
  const { clientDataJSON, authenticatorData, signature } = response;
  const signed = { id, rawId, type, response: { clientDataJSON, authenticatorData, signature } };
  return { ...signed, clientExtensionResults: {} };
}

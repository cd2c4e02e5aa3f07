import { proofInputSchema, proofSchema, proofWaysSchema } from '../api/proofs.ts';
import { passkeyBegunSchema } from '../api/sign-in.ts';
import { declare } from './declare.ts';

/** Proofs for calls that are answered with `proof_required`. */
export const proofOperations = declare({
  'proofs.ways': {
    method: 'get',
    path: '/proofs/ways',
    permission: 'account:read',
    summary: 'By what one can prove who one is',
    answer: proofWaysSchema,
  },
  'proofs.beginPasskey': {
    method: 'post',
    path: '/proofs/passkey',
    permission: 'account:write',
    summary: 'Begin to prove by a passkey who one is',
    answer: passkeyBegunSchema,
  },
  'proofs.create': {
    method: 'post',
    path: '/proofs',
    permission: 'account:write',
    summary: 'Prove who one is, for one call of one operation on one thing',
    body: proofInputSchema,
    answer: proofSchema,
    status: 201,
  },
});

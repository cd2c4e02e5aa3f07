/** The header of a call that carries its proof. Alone, so that clients need no schemas for it. */
export const proofHeader = 'tollgate-proof';

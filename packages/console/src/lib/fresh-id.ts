/** An id that nobody has guessed. Not `crypto.randomUUID`, which browsers have on pages with TLS only. */
export const freshId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Whether code of the console could not be loaded: the gateway serves another build by now, or does not answer. Each engine has
 * words of its own for a module that did not come; Vite's are those for its styles.
 */
export const isStaleCode = (error: Error): boolean =>
  /dynamically imported module|Importing a module script failed|Unable to preload CSS/i.test(error.message);

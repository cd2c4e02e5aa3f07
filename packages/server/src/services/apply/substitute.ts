const reference = /\$(\$\{|\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\{)/g;

/**
 * Fills `${NAME}` and `${NAME:-default}` into a text; `$${` stands for `${` itself. A variable that is not set (or
 * empty) and has no default is a problem, and so is a `${` that is neither.
 */
export function substitute(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string } | { readonly problem: string } {
  let problem: string | undefined;
  const filled = text.replace(
    reference,
    (match, rest: string, name: string | undefined, fallback: string | undefined) => {
      if (rest === '${') return '${';
      if (name === undefined) {
        problem ??= 'has a "${" that is no variable; write "$${" for the characters themselves';
        return match;
      }
      const value = env[name] ?? '';
      if (value !== '') return value;
      if (fallback === undefined) problem ??= `the environment variable ${name} is not set`;
      return fallback ?? '';
    },
  );
  return problem === undefined ? { text: filled } : { problem };
}

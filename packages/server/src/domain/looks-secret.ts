/** How vendors' keys, tokens and headers of both begin. */
const beginnings =
  /(?:^|[^A-Za-z0-9])(?:sk|pk|rk|tgp|gsk|xai|key|ghp|gho|glpat|pat|hf|r8|nvapi|fw|pplx|csk|tvly)[-_][A-Za-z0-9]|^(?:bearer|basic|token|apikey)\s+\S|AKIA[A-Z0-9]{8}|AIza[\w-]{10}|eyJ[\w-]{10}/i;

/**
 * Whether a text may be a secret, whatever its name says: it begins as keys do, or has a run of letters and digits that
 * nobody writes by hand. A date, a word or the version of a model is none. It errs on the side of hiding.
 */
export function looksSecret(text: string): boolean {
  const own = text.replaceAll('{api_key}', '').trim();
  if (own.length < 8) return false;
  if (beginnings.test(own)) return true;
  for (const run of own.matchAll(/[A-Za-z0-9]{16,}/g)) if (isRandom(run[0])) return true;
  return false;
}

/** Letters and digits in turn, both cases and digits at length, or hexadecimal. */
function isRandom(run: string): boolean {
  const turns = run.match(/\d{1,64}/g)?.length ?? 0;
  if (turns >= 3) return true;
  if (run.length >= 24 && turns > 0 && /[a-z]/.test(run) && /[A-Z]/.test(run)) return true;
  return run.length >= 32 && /^[0-9a-f]+$/i.test(run);
}

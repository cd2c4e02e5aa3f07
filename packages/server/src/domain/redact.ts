/**
 * Takes out of an upstream's words what clients must not learn: addresses, hosts, keys, and the exact secrets and
 * names given in `hidden`. Applied to every upstream message before it reaches a client or a log.
 */
export function redact(text: string, hidden: readonly string[] = []): string {
  let out = text;
  for (const secret of hidden) if (secret.length >= 4) out = withoutHead(without(out, secret), secret);
  return out
    .replace(/\b(?:https?|wss?|socks5h?):\/\/[^\s"'<>)\]}]+/gi, '***')
    .replace(/\b(?:sk|pk|rk|tgp|gsk|xai|key)[-_][A-Za-z0-9*_-]{6,}/g, '***')
    .replace(/\barn:aws[a-z-]*:[^\s"'<>)\]},]+/g, '***')
    .replace(/\bA[KS]IA[A-Z0-9]{16}\b/g, '***')
    .replace(/\bAIza[0-9A-Za-z_-]{10,}/g, '***')
    .replace(/\bBearer\s+[A-Za-z0-9._~+/-]{6,}=*/gi, 'Bearer ***')
    .replace(/\borg-[A-Za-z0-9]{6,}/g, '***')
    .replace(/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, '***')
    .replace(/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}/g, '***')
    .replace(/(?<![\w:])\[?(?:[0-9a-f]{1,4}:){1,7}:(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{0,4}(?![\w:])\]?(?::\d+)?/gi, '***')
    .replace(/\[?(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}\]?(?::\d+)?/gi, '***')
    .replace(
      /\b(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?:com|net|org|io|ai|dev|cn|co|us|eu|cloud|internal|local|lan|corp|svc|app|xyz|me)\b(?::\d+)?(?:\/[^\s"'<>)\]}]*)?/gi,
      '***',
    );
}

/** What is left of a secret where a text was cut (`cutAtWord` of wire) within it. */
function withoutHead(text: string, secret: string): string {
  if (!text.endsWith('…')) return text;
  const words = text.slice(0, -1).toLowerCase();
  const whole = secret.toLowerCase();
  for (let length = Math.min(whole.length - 1, words.length); length >= 4; length--)
    if (words.endsWith(whole.slice(0, length))) return `${text.slice(0, -length - 1)}***…`;
  return text;
}

/** Hosts are written in any case, and so is what vendors repeat of a key. */
function without(text: string, secret: string): string {
  if (!text.toLowerCase().includes(secret.toLowerCase())) return text;
  return text.replace(new RegExp(secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi'), '***');
}

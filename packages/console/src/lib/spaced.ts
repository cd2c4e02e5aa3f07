/** `secretAccessKey` as `Secret access key`. */
export function spaced(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  const text = words
    .replace(/\bapi\b/i, 'API')
    .replace(/\bid\b/i, 'ID')
    .replace(/\burl\b/i, 'URL');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

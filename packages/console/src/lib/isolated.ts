/**
 * Keeps a figure with its unit or sign in one piece, read from left to right, on a page that is read from right to left: there
 * `10.6 s` would be shown as `s 10.6` and `−$2` as `$2−`. It is put between U+2066 (left-to-right isolate) and U+2069
 * (https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates); elsewhere the text stays as it is.
 */
export const isolated = (text: string): string =>
  typeof document !== 'undefined' && document.documentElement.dir === 'rtl' ? `\u2066${text}\u2069` : text;

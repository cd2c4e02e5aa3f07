const schemes = new Set(['http:', 'https:', 'mailto:']);

/** An address that a text of strangers may lead to; undefined for scripts and everything else that is no page. */
export function safeAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return schemes.has(protocol) ? href : undefined;
}

/** Whether an address is that of a page of the console, such as `/catalog`: it leads nowhere else, whoever wrote it. */
export const isOwnPage = (address: string): boolean => /^\/[a-z][\w/-]{0,200}$/.test(address);

/** A picture that is in the text itself. Others would tell their hosts who reads it, and the page's policy forbids them. */
export const isInlineImage = (address: string): boolean => /^data:image\/(?:png|jpeg|gif|webp);base64,/.test(address);

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** Text with its character references read: those that have names people write, and numbers. */
export const readEntities = (text: string): string =>
  text.includes('&')
    ? text.replaceAll(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-z]{2,4}));/g, (all, decimal, hex, name) => {
        if (name !== undefined) return entities[String(name)] ?? String(all);
        const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
        return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : String(all);
      })
    : text;

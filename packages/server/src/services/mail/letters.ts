import type { MailLanguage } from '@tollgate/contract/settings/mail';
import type { LetterName, LetterText, LetterValues, LetterWords } from './letter-kinds.ts';
import { english } from './words/en.ts';
import { chinese } from './words/zh-cn.ts';

const languages: Readonly<Record<MailLanguage, LetterWords>> = { en: english, 'zh-CN': chinese };

/** A letter as it is sent. Nothing in it is fetched from anywhere; a logo is a part of it. */
export type Letter = { readonly subject: string; readonly text: string; readonly html: string };

/** Name under which a letter's HTML shows the logo that goes with it. */
export const logoPart = 'logo@letter';

/** Writes a letter. Whatever people wrote themselves stands in it as text. */
export function writeLetter<N extends LetterName>(
  name: N,
  values: LetterValues[N],
  look: { readonly language: MailLanguage; readonly site: string; readonly hasLogo: boolean },
): Letter {
  const words = languages[look.language];
  const { paragraphs, action, ...written } = words.letters[name](values, look.site);
  const subject = oneLine(written.subject);
  const footer = words.footer(look.site);
  const text = [...paragraphs, ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]), `-- \n${footer}`];
  return {
    subject,
    text: `${text.join('\n\n')}\n`,
    html: page({ ...look, subject, paragraphs, action, footer, orOpen: words.orOpen }),
  };
}

/** A subject is a header: one line. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

const font =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',sans-serif";

/** One column of a table, with its styles inline: programs that read mail know little more. */
function page(
  letter: LetterText & {
    readonly language: MailLanguage;
    readonly site: string;
    readonly hasLogo: boolean;
    readonly footer: string;
    readonly orOpen: string;
  },
): string {
  const { language, site, hasLogo, subject, paragraphs, action, footer, orOpen } = letter;
  const logo = hasLogo
    ? `<img src="cid:${logoPart}" alt="" height="28" style="height:28px;vertical-align:middle;margin-right:10px">`
    : '';
  const said = paragraphs.map((line) => `<p style="margin:0 0 16px">${escape(line)}</p>`).join('\n');
  const button =
    action === undefined
      ? ''
      : `<p style="margin:24px 0"><a href="${escape(action.url)}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#1f2937;color:#ffffff;text-decoration:none;font-weight:600">${escape(action.label)}</a></p>
<p style="margin:0;font-size:13px;color:#6b7280">${escape(orOpen)}<br><a href="${escape(action.url)}" style="color:#6b7280;word-break:break-all">${escape(action.url)}</a></p>`;
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(subject)}</title></head>
<body style="margin:0;background:#f3f4f6">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;${font};font-size:15px;line-height:1.55;color:#111827">
<tr><td style="padding:0 4px 16px;font-size:17px;font-weight:600">${logo}${escape(site)}</td></tr>
<tr><td style="padding:28px;background:#ffffff;border:1px solid #e5e7eb;border-radius:12px">
${said}
${button}
</td></tr>
<tr><td style="padding:16px 4px;font-size:12px;color:#6b7280">${escape(footer)}</td></tr>
</table>
</td></tr></table>
</body></html>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (one) => entities[one] ?? one);

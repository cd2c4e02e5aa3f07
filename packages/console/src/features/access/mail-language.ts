import { mailLanguages, type MailLanguage } from '@tollgate/contract/settings/mail';
import { language } from '../../lib/i18n.ts';

/** In what mail is to be written to who reads this page; English where there is nothing nearer. */
export const mailLanguage = (): MailLanguage => mailLanguages.find((one) => one === language()) ?? 'en';

import type { Settings } from '@tollgate/contract/settings';
import { Refusal } from '../../domain/refusal.ts';
import { hashSecret } from './secret-text.ts';

/** Names the terms and the privacy policy as they are written now; undefined where there is neither. */
export function termsVersion({ site }: Pick<Settings, 'site'>): string | undefined {
  if (site.terms === '' && site.privacy === '') return undefined;
  return hashSecret(JSON.stringify([site.terms, site.privacy])).slice(0, 16);
}

/** Refuses who has not agreed to what is written now; returns what they have agreed to. */
export function assertConsent(settings: Pick<Settings, 'site'>, agreedTo: string | undefined): string | undefined {
  const version = termsVersion(settings);
  if (version !== undefined && agreedTo !== version)
    throw new Refusal('invalid_request', 'Agree to the terms and the privacy policy as they are now.', {
      param: 'termsVersion',
    });
  return version;
}

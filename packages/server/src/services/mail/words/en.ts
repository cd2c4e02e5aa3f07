import type { LetterWords } from '../letter-kinds.ts';

const hoursIn = (hours: number): string => (hours === 1 ? 'one hour' : `${hours} hours`);

/** Letters in English. */
export const english: LetterWords = {
  letters: {
    test: (_, site) => ({
      subject: `${site}: mail works`,
      paragraphs: [`This is the test that was asked for in the settings of ${site}. Mail arrives.`],
    }),
    resetPassword: ({ url, hours }, site) => ({
      subject: `${site}: a new password`,
      paragraphs: [
        `Somebody asked for a new password for your account at ${site}.`,
        `The link below sets one. It works once, for ${hoursIn(hours)}; it ends all your sessions.`,
        'If it was not you, do nothing: your password stays as it is.',
      ],
      action: { label: 'Set a new password', url },
    }),
    register: ({ url, hours }, site) => ({
      subject: `${site}: confirm your e-mail address`,
      paragraphs: [
        `You asked for an account at ${site}. The link below confirms that this address is yours, and lets you choose a password.`,
        `It works once, for ${hoursIn(hours)}. If it was not you, do nothing: there is no account without it.`,
      ],
      action: { label: 'Confirm and go on', url },
    }),
    addressKnown: ({ url }, site) => ({
      subject: `${site}: you have an account already`,
      paragraphs: [
        `Somebody asked ${site} to use this address for an account. It is that of your account already, so nothing was changed.`,
        'If it was you: sign in as always. If you do not know your password, ask for a new one there.',
      ],
      action: { label: 'Sign in', url },
    }),
    changeEmail: ({ url, hours }, site) => ({
      subject: `${site}: confirm your new e-mail address`,
      paragraphs: [
        `This address is to become that of your account at ${site}. The link below confirms it.`,
        `It works once, for ${hoursIn(hours)}. If it was not you, do nothing.`,
      ],
      action: { label: 'Confirm this address', url },
    }),
    emailChanged: ({ email }, site) => ({
      subject: `${site}: your e-mail address was changed`,
      paragraphs: [
        `The address of your account at ${site} is now ${email}. Nothing more will be sent to this one.`,
        'If it was not you, tell an administrator at once.',
      ],
    }),
    invitation: ({ url, days }, site) => ({
      subject: `You are invited to ${site}`,
      paragraphs: [
        `An administrator of ${site} invites you to create an account.`,
        `The link below works once, for ${days === 1 ? 'one day' : `${days} days`}.`,
      ],
      action: { label: 'Create an account', url },
    }),
    teamInvitation: ({ team, by, url }, site) => ({
      subject: `${site}: you are invited to the team ${team}`,
      paragraphs: [
        `${by === '' ? 'Somebody' : by} invites you to the team “${team}” at ${site}. It shares API keys and a wallet.`,
        'The link below works once, within a week. You need an account to join.',
      ],
      action: { label: 'Join the team', url },
    }),
    deletion: ({ day, reason, url }, site) => ({
      subject: `${site}: your account will be deleted`,
      paragraphs:
        url === undefined
          ? [
              `An administrator of ${site} has your account deleted: ${reason}`,
              `It is disabled now, and will be erased on ${day} (UTC). Ask an administrator if this is a mistake.`,
            ]
          : [
              `You asked to delete your account at ${site}. It goes on working until ${day} (UTC), and is erased then.`,
              'If it was not you, or you have changed your mind, keep it on your account page, and change your password.',
            ],
      action: url === undefined ? undefined : { label: 'Keep my account', url },
    }),
    teamDomain: ({ team, domain, record, day, url }, site) => ({
      subject: day === undefined ? `${site}: ${team} has lost ${domain}` : `${site}: ${team} will lose ${domain}`,
      paragraphs:
        day === undefined
          ? [
              `The DNS of ${domain} has not said for a week that it belongs to the team ${team}. Your identity provider and directory have no power over its people any more, and they come in by any way.`,
              'To have it back, verify the domain again.',
            ]
          : [
              `The DNS of ${domain} says no more that it belongs to the team ${team}. Put the TXT record of ${record} back until ${day} (UTC); its text is on the team's page.`,
              'Otherwise your identity provider and directory lose their power over its people, and they come in by any way.',
            ],
      action: { label: 'Open the team', url },
    }),
    notice: ({ title, lines, url }, site) => ({
      subject: `${site}: ${title}`,
      paragraphs: lines,
      action: url === undefined ? undefined : { label: 'Have a look', url },
    }),
  },
  footer: (site) => `${site} sent this by itself. Answers are read by nobody.`,
  orOpen: 'Or open this address:',
};

/** What letters there are, with what each needs to be written. Times are hours. */
export type LetterValues = {
  /** Asked for by an administrator, to see whether mail arrives. */
  readonly test: object;
  readonly resetPassword: { readonly url: string; readonly hours: number };
  readonly register: { readonly url: string; readonly hours: number };
  /** Somebody asked for an account, or for this address, that is there already. */
  readonly addressKnown: { readonly url: string };
  readonly changeEmail: { readonly url: string; readonly hours: number };
  /** To the address that was the account's before. */
  readonly emailChanged: { readonly email: string };
  readonly invitation: { readonly url: string; readonly days: number };
  /** To a team, by somebody of the name `by`. */
  readonly teamInvitation: { readonly team: string; readonly by: string; readonly url: string };
  /** The account is to be erased on a day (UTC), by an administrator for a reason, or by the person, who can still keep it at `url`. */
  readonly deletion: { readonly day: string; readonly reason: string; readonly url?: string };
  /** To an owner: the record that shows a domain to be the team's is gone, and so is the domain, on a day (UTC) or by now. */
  readonly teamDomain: {
    readonly team: string;
    readonly domain: string;
    readonly record: string;
    readonly day: string | undefined;
    readonly url: string;
  };
  /** Of an event; its words are made where its kind is. */
  readonly notice: { readonly title: string; readonly lines: readonly string[]; readonly url: string | undefined };
};
export type LetterName = keyof LetterValues;

/** What a letter says, in one language. */
export type LetterText = {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly action?: { readonly label: string; readonly url: string } | undefined;
};

/** The words of one language. */
export type LetterWords = {
  readonly letters: { readonly [N in LetterName]: (values: LetterValues[N], site: string) => LetterText };
  /** Says below each letter why it came. */
  readonly footer: (site: string) => string;
  /** Above an address, for who cannot press the button. */
  readonly orOpen: string;
};

import { z } from 'zod';

/** Something to tell, in the words of who reads it. */
export type Notice = {
  readonly event: string;
  readonly title: string;
  readonly text: string;
  /** A page of the console; undefined without a public address. */
  readonly url: string | undefined;
  /** The same at each attempt. */
  readonly id: string;
  /** ms since the epoch. */
  readonly at: number;
};

/** A message as it is sent by HTTP. */
export type NoticeRequest = {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text as it is. */
  readonly body: unknown;
};

/** By what people are told: what it needs to know, how a message is put, and whether it was taken. */
export type NoticeKind<S = Readonly<Record<string, string>>> = {
  readonly label: string;
  /** Texts only; their descriptions are shown in forms. */
  readonly settings: z.ZodType<S>;
  /** Names of the settings that are secrets, and of those that may be left out. */
  readonly secrets: readonly string[];
  /** Where it goes, as far as it may be shown. */
  hint(settings: S): string;
  request(settings: S, notice: Notice): NoticeRequest;
  /** Why an answer of success is none; undefined when it is one. */
  refused?(answer: string): string | undefined;
};

/** A kind with its own type of settings gone, which its schema keeps. */
export type AnyNoticeKind = {
  readonly label: string;
  readonly fields: readonly { name: string; secret: boolean; required: boolean; description: string }[];
  open(settings: unknown): {
    readonly settings: Readonly<Record<string, string>>;
    readonly hint: string;
    request(notice: Notice): NoticeRequest;
  };
  refused(answer: string): string | undefined;
};

/** Makes a kind; `fields` says what its form asks for. */
export function noticeKind<S extends z.ZodObject>(
  kind: NoticeKind<z.output<S>> & { readonly settings: S },
): AnyNoticeKind {
  return {
    label: kind.label,
    fields: Object.entries<z.ZodType>(kind.settings.shape).map(([name, schema]) => ({
      name,
      secret: kind.secrets.includes(name),
      required: !schema.safeParse(undefined).success,
      description: schema.description ?? '',
    })),
    open: (given) => {
      const settings = kind.settings.parse(given);
      return {
        settings: settings as Readonly<Record<string, string>>,
        hint: kind.hint(settings).slice(0, 200),
        request: (notice) => kind.request(settings, notice),
      };
    },
    refused: (answer) => kind.refused?.(answer),
  };
}

export const hostOf = (url: string): string => URL.parse(url)?.host ?? '';

/** Title, text and address in one, for what knows no more than a text. */
export const wholeText = ({ title, text, url }: Notice): string =>
  [title, text, url ?? ''].filter((part) => part !== '').join('\n');

/** The message of an answer in JSON whose `field` is not 0. */
export function codeRefused(answer: string, field: string): string | undefined {
  try {
    const said: unknown = JSON.parse(answer);
    const { [field]: code } = z.record(z.string(), z.unknown()).parse(said);
    return code === 0 ? undefined : answer.slice(0, 300);
  } catch {
    return 'its answer is no JSON';
  }
}

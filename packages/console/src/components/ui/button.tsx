import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps, composeRenderProps } from 'react-aria-components';
import { given } from '../../lib/given.ts';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger' | 'danger-primary';
export type ButtonSize = 'small' | 'normal';

const looks: Readonly<Record<ButtonLook, string>> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-strong pressed:bg-accent-strong',
  plain: 'border border-line-strong bg-surface text-ink hover:bg-hover pressed:bg-sunken',
  quiet: 'text-muted hover:bg-hover hover:text-ink pressed:bg-sunken',
  danger: 'border border-line-strong bg-surface text-danger hover:bg-danger-wash pressed:bg-danger-wash',
  'danger-primary': 'bg-danger text-danger-ink hover:brightness-110',
};

const sizes: Readonly<Record<ButtonSize, string>> = {
  small: 'min-h-7 px-2 gap-1.5 text-small',
  normal: 'min-h-8 px-3 gap-2 text-sm',
};

/** How anything that is pressed looks: buttons, and links that are one. */
export const buttonClass = (look: ButtonLook, size: ButtonSize, square = false): string =>
  `inline-flex shrink-0 items-center justify-center rounded-md font-medium whitespace-nowrap transition-colors select-none cursor-pointer disabled:cursor-not-allowed disabled:opacity-50 pending:cursor-progress pointer-coarse:min-h-10 ${
    square ? `px-0! aspect-square ${size === 'small' ? 'min-w-7' : 'min-w-8'} pointer-coarse:min-w-10` : ''
  } ${sizes[size]} ${looks[look]}`;

export type ButtonProps = Omit<AriaButtonProps, 'children' | 'isPending' | 'style'> & {
  readonly look?: ButtonLook;
  readonly size?: ButtonSize;
  /** While true the button does nothing, keeps its focus, and says so. */
  readonly busy?: boolean;
  readonly icon?: LucideIcon;
  readonly children?: ReactNode;
};

/**
 * What makes a button wait without losing its focus. Not the kit's `isPending`: that announces the button by an element
 * that points at it and stays when the button is gone.
 */
export const waiting = ({ busy, type, onPress }: Pick<ButtonProps, 'busy' | 'type' | 'onPress'>) =>
  busy === true ? ({ type: 'button', 'aria-busy': true, 'data-pending': true } as const) : given({ type, onPress });

export function Button({
  look = 'plain',
  size = 'normal',
  icon: Icon,
  className,
  children,
  busy,
  type,
  onPress,
  ...rest
}: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      {...waiting(given({ busy, type, onPress }))}
      className={composeRenderProps(className, (given) => `${buttonClass(look, size)} ${given ?? ''}`)}
    >
      {busy === true ? (
        <LoaderCircle aria-hidden className={`animate-spin ${size === 'small' ? 'size-3.5' : 'size-4'}`} />
      ) : (
        Icon !== undefined && <Icon aria-hidden className={size === 'small' ? 'size-3.5' : 'size-4'} />
      )}
      {children}
    </AriaButton>
  );
}

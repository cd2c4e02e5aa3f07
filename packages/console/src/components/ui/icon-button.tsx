import type { LucideIcon } from 'lucide-react';
import { Button as AriaButton, composeRenderProps } from 'react-aria-components';
import { given } from '../../lib/given.ts';
import { buttonClass, waiting, type ButtonProps } from './button.tsx';
import { Tooltip } from './tooltip.tsx';

type IconButtonProps = Omit<ButtonProps, 'children' | 'icon'> & {
  readonly icon: LucideIcon;
  /** Its name, which a tooltip shows. */
  readonly label: string;
};

/** A button that is only an icon: its name is said and shown on hover and focus. */
export function IconButton({
  icon: Icon,
  label,
  look = 'quiet',
  size = 'normal',
  busy,
  type,
  onPress,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <AriaButton
        {...rest}
        {...waiting(given({ busy, type, onPress }))}
        aria-label={label}
        className={composeRenderProps(className, (given) => `${buttonClass(look, size, true)} ${given ?? ''}`)}
      >
        <Icon aria-hidden className={size === 'small' ? 'size-3.5' : 'size-4'} />
      </AriaButton>
    </Tooltip>
  );
}

import { Button as AriaButton, type ButtonProps } from 'react-aria-components';

/** `primary` for the one thing that a page is for. */
export function Button({ primary, ...props }: ButtonProps & { primary?: boolean }) {
  return <AriaButton {...props} className={primary ? 'button primary' : 'button'} />;
}

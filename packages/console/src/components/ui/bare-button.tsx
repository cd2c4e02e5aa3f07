/** A button without a look, for parts that draw their own: the kit's press handling and states, and no more. */
export { Button } from 'react-aria-components';

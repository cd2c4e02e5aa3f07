import { useSite } from '../../lib/site.ts';
import { SignIn } from './sign-in.tsx';

/** The way in under an address of its own, for links from pages that are open. */
export default function SignInPage() {
  return <SignIn registrationOpen={useSite().data?.registrationOpen ?? false} />;
}

/** What a person is called by: their address; without one, their name. */
export const callOf = ({ email, name }: { readonly email: string | null; readonly name: string }): string =>
  email ?? name;

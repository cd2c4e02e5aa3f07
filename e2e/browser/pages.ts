/**
 * Every page of the console, for the test that looks at all of them: a new page is a line here, and so are its states that
 * an address reaches. What takes steps to reach (a dialog, a refused form) is looked at by the flow that goes there.
 */
export type LookedAt = {
  /** With its query. */
  readonly path: string;
  /** Something that is there when the page is. */
  readonly shows: string | RegExp;
  /** What of the gateway is cut off for the look at the page's error: the paths of its operations. */
  readonly fails?: readonly string[];
  /** What is seen then. */
  readonly failure?: string;
};

export const pages: readonly LookedAt[] = [
  { path: '/home', shows: 'Requests, 24 h', fails: ['/api/v1/overview/'], failure: 'The overview could not be read' },
  { path: '/home?of=me', shows: 'Last errors' },
  // One row: axe takes seconds for a full page of them.
  {
    path: '/requests?failed=true',
    shows: 'no-such-model',
    fails: ['/api/v1/requests'],
    failure: 'The requests could not be read',
  },
  { path: '/requests?model=nothing-like-it', shows: 'Nothing matches' },
  {
    path: '/usage?range=24h',
    shows: 'Prompt caches, in money',
    fails: ['/api/v1/usage/'],
    failure: 'The usage could not be read',
  },
  { path: '/usage?drawing=flow', shows: 'Cost: User → Model → Channel' },
  { path: '/usage?model=nothing-like-it', shows: 'Nothing was used' },
  {
    path: '/playground',
    shows: 'Say something below',
    fails: ['/api/v1/keys'],
    failure: 'Your keys could not be read',
  },
  {
    path: '/endpoints',
    shows: 'Anthropic Messages',
    fails: ['/api/v1/endpoints'],
    failure: 'The endpoints could not be read',
  },
  { path: '/videos', shows: 'Nothing yet', fails: ['/api/v1/videos'], failure: 'The list could not be read' },
  {
    path: '/files',
    shows: 'Nothing is kept yet',
    fails: ['/api/v1/stored-objects'],
    failure: 'The list could not be read',
  },
  { path: '/files?state=working&kind=batch', shows: 'Nothing matches' },
  { path: '/videos?open=true', shows: 'Nothing is being made' },
  {
    path: '/videos?view=queues',
    shows: 'Nothing is being made',
    fails: ['/api/v1/videos/queues'],
    failure: 'The queues could not be read',
  },
  {
    path: '/studio?mode=video',
    shows: 'Nothing was made yet',
    fails: ['/api/v1/keys'],
    failure: 'Your keys could not be read',
  },
  { path: '/studio?mode=edit', shows: 'PNG, JPEG or WebP, up to 16' },
  { path: '/account', shows: 'Access tokens', fails: ['/api/v1/sessions'], failure: 'The sessions could not be read' },
  {
    path: '/account/notifications',
    shows: 'You are told nothing yet',
    fails: ['/api/v1/me/notices'],
    failure: 'Your notifications could not be read',
  },
  { path: '/keys', shows: 'Support bot', fails: ['/api/v1/keys'], failure: 'The keys could not be read' },
  {
    path: '/settings',
    shows: 'Largest request body',
    fails: ['/api/v1/settings'],
    failure: 'The settings could not be read',
  },
  { path: '/settings?q=nothing-like-it', shows: 'No setting matches' },
  {
    path: '/sign-in-methods',
    shows: 'No sign-in methods yet',
    fails: ['/api/v1/sign-in-methods'],
    failure: 'The sign-in methods could not be read',
  },
  { path: '/audit', shows: 'Today', fails: ['/api/v1/audit'], failure: 'The audit log could not be read' },
  { path: '/audit?subject=nothing-like-it', shows: 'Nothing matches' },
  { path: '/users', shows: 'root@example.com', fails: ['/api/v1/users'], failure: 'The users could not be read' },
  {
    path: '/model-bundles',
    shows: 'No bundles yet',
    fails: ['/api/v1/model-bundles'],
    failure: 'The bundles could not be read',
  },
  { path: '/roles', shows: 'Administrator', fails: ['/api/v1/roles'], failure: 'The roles could not be read' },
  { path: '/users?email=nothing-like-it', shows: 'Nothing matches' },
  { path: '/wallet', shows: 'Balance', fails: ['/api/v1/wallet'], failure: 'The wallet could not be read' },
  {
    path: '/own-keys',
    shows: 'Own provider keys are not in use here',
    fails: ['/api/v1/provider-keys'],
    failure: 'The provider keys could not be read',
  },
  {
    path: '/budgets',
    shows: 'No budgets yet',
    fails: ['/api/v1/budgets'],
    failure: 'The budgets could not be read',
  },
  { path: '/teams', shows: 'No teams yet', fails: ['/api/v1/teams'], failure: 'The teams could not be read' },
  { path: '/teams/no-such-team', shows: 'The team could not be read' },
  {
    path: '/invitations',
    shows: 'Nobody is invited here',
    fails: ['/api/v1/invitations'],
    failure: 'The invitations could not be read',
  },
  {
    path: '/wallet/statements',
    shows: 'Closing',
    fails: ['/api/v1/statements'],
    failure: 'The statements could not be read',
  },
  {
    path: '/margins',
    shows: 'Revenue',
    fails: ['/api/v1/margins'],
    failure: 'The margin could not be read',
  },
  {
    path: '/reconciliation',
    shows: 'No billing accounts yet',
    fails: ['/api/v1/billing-accounts'],
    failure: 'The billing accounts could not be read',
  },
  {
    path: '/wallet/invoices',
    shows: 'Billing details',
    fails: ['/api/v1/invoices'],
    failure: 'The invoices could not be read',
  },
  { path: '/plan', shows: 'There are no plans', fails: ['/api/v1/offers'], failure: 'Your plans could not be read' },
  { path: '/plans', shows: 'No plans yet', fails: ['/api/v1/plans'], failure: 'The plans could not be read' },
  { path: '/sales', shows: 'No codes yet', fails: ['/api/v1/code-batches'], failure: 'The codes could not be read' },
  {
    path: '/sales?tab=orders',
    shows: 'No orders yet',
    fails: ['/api/v1/orders'],
    failure: 'The orders could not be read',
  },
  { path: '/sales?tab=methods', shows: 'No payment methods yet' },
  { path: '/sales?tab=topUps', shows: 'No keys yet' },
  { path: '/sales?tab=terms', shows: 'Terms of selling' },
  { path: '/groups', shows: 'default', fails: ['/api/v1/groups'], failure: 'The groups could not be read' },
  { path: '/catalog', shows: 'gpt-4o-mini', fails: ['/api/v1/catalog'], failure: 'The models could not be read' },
  { path: '/catalog?q=nothing-like-it', shows: 'Nothing matches' },
  { path: '/catalog?compare=gpt-4o-mini,fast', shows: 'Side by side' },
  { path: '/catalog?model=gpt-4o-mini', shows: 'Your price' },
  { path: '/status', shows: /models are/, fails: ['/api/v1/catalog'], failure: 'The models could not be read' },
  {
    path: '/rankings',
    shows: 'By their share of all tokens',
    fails: ['/api/v1/catalog'],
    failure: 'The models could not be read',
  },
  {
    path: '/about',
    shows: 'Nothing is written here yet',
    fails: ['/api/v1/site/content'],
    failure: 'The page could not be read',
  },
  { path: '/channels', shows: 'Enabled', fails: ['/api/v1/channels'], failure: 'The channels could not be read' },
  { path: '/channels?q=nothing-like-it', shows: 'Nothing matches' },
  {
    path: '/model-watches',
    shows: 'No channel is watched',
    fails: ['/api/v1/model-watches'],
    failure: 'The watched channels could not be read',
  },
  { path: '/models', shows: 'Priced', fails: ['/api/v1/models'], failure: 'The models could not be read' },
  {
    path: '/price-lists',
    shows: /Tollgate|models\.dev/,
    fails: ['/api/v1/price-lists/'],
    failure: 'The list could not be compared',
  },
  { path: '/models/gpt-4o-mini', shows: 'What a request costs' },
  {
    path: '/start?step=checks',
    shows: 'What it stands on',
    fails: ['/api/v1/settings'],
    failure: 'The state of the set-up could not be read',
  },
  { path: '/start?step=provider', shows: /is connected$/ },
  {
    path: '/system',
    shows: 'All is well',
    fails: ['/api/v1/system'],
    failure: 'The state of the system could not be read',
  },
  { path: '/system?tab=jobs', shows: 'Next run', fails: ['/api/v1/jobs'], failure: 'The jobs could not be read' },
  { path: '/system?tab=jobs&state=cancelled', shows: 'Nothing matches' },
  { path: '/system?tab=backup', shows: 'The master secret' },
  { path: '/confirm-email#token=nonsense', shows: 'Press to make this address that of your account.' },
  { path: '/parts', shows: 'row 10' },
  { path: '/nowhere', shows: 'There is no such page' },
];

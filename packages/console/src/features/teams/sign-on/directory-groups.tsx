import { Select } from '../../../components/ui/select.tsx';
import type { Answer } from '../../../lib/api.ts';
import { useAction } from '../../../lib/operations.ts';
import { useTeamWords } from '../words.ts';
import { useSignOnWords } from './words.ts';

type Group = Answer<'teams.directory'>['groups'][number];
type GroupsProps = { readonly teamId: string; readonly groups: readonly Group[] };

const none = 'none';
const given = ['admin', 'billing', 'member'] as const;

/** The groups of the directory, with the role in the team that each gives. */
export function DirectoryGroups({ teamId, groups }: GroupsProps) {
  const t = useSignOnWords();
  const team = useTeamWords();
  const change = useAction('teams.changeDirectoryGroup', {
    invalidates: ['teams.directory', 'teams.members', 'audit.list'],
    failed: t('notChanged'),
  });
  const choices = [
    { value: none, label: t('noRole') },
    ...given.map((role) => ({ value: role, label: team(`role.${role}`) })),
  ];
  return (
    <ul className="border-t border-line">
      {groups.map(({ id, name, members, role }) => (
        <li
          key={id}
          className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 last:border-b-0"
        >
          <span className="min-w-0 truncate font-medium">{name}</span>
          <span className="text-small text-muted">{t('groupMembers', { count: members })}</span>
          <span className="ms-auto">
            <Select
              label={t('gives')}
              inline
              choices={choices}
              value={role ?? none}
              onChange={(value) =>
                void change.run({
                  params: { id: teamId, groupId: id },
                  body: { role: given.find((one) => one === value) ?? null },
                })
              }
            />
          </span>
        </li>
      ))}
    </ul>
  );
}

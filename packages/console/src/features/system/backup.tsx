import type { SystemView } from '@tollgate/contract/api/system';
import { Card } from '../../components/ui/card.tsx';
import { CodeBlock } from '../../components/ui/code-block.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useSystemWords } from './words.ts';

/** How each database is copied while it is in use. */
const commands: Readonly<Record<SystemView['database'], (dataDir: string) => string>> = {
  sqlite: (dataDir) => `sqlite3 ${dataDir}/tollgate.db ".backup 'tollgate-backup.db'"`,
  postgres: () => 'pg_dump --format=custom --file=tollgate.dump "$DATABASE_URL"',
  mysql: () => 'mariadb-dump --single-transaction --routines --result-file=tollgate.sql DATABASE',
};

/** What has to be kept elsewhere, and how it is brought back. */
export function Backup({ system }: { readonly system: SystemView | undefined }) {
  const t = useSystemWords();
  if (system === undefined) return <SkeletonRows rows={6} />;
  const { database, dataDir } = system;
  return (
    <div className="grid max-w-3xl gap-4">
      <Card title={t('backup.database')} description={t('backup.databaseWhat')}>
        <CodeBlock label={t('backup.database')} text={commands[database](dataDir)} />
      </Card>
      <Card title={t('backup.secret')} description={t('backup.secretWhat')}>
        <CodeBlock label={t('backup.secret')} text={`cp -p ${dataDir}/master.key tollgate-master.key`} />
      </Card>
      <Card title={t('backup.config')} description={t('backup.configWhat')}>
        <CodeBlock label={t('backup.config')} text="tollgate verify && tollgate doctor" />
      </Card>
    </div>
  );
}

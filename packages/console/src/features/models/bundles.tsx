import { Layers, Plus } from 'lucide-react';
import { useState } from 'react';
import { EditBundle } from '../../components/bundles/edit-bundle.tsx';
import { useBundleWords } from '../../components/bundles/words.ts';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EntityList } from '../../components/ui/entity-list.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { useUiWords } from '../../components/ui/words.ts';
import type { Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';

type Bundle = Answer<'modelBundles.list'>['data'][number];

/** The named lists of models that forms take in, and what is in each. */
export default function BundlesPage() {
  const t = useBundleWords();
  const mayWrite = useRights().may('models:write');
  const { data, error, refetch } = useOperation('modelBundles.list');
  const [editing, setEditing] = useState<Bundle | 'new'>();
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          mayWrite && (
            <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
              {t('create')}
            </Button>
          )
        }
      />
      <EditBundle bundle={editing} onClose={() => setEditing(undefined)} />
      <EntityList
        list={{ data: data && { data: data.data.map((one) => ({ ...one, id: one.name })) }, error, refetch }}
        failed={t('unread')}
        empty={{ icon: Layers, title: t('none'), what: t('noneWhat') }}
      >
        {(bundle) => <BundleLine bundle={bundle} onEdit={mayWrite ? () => setEditing(bundle) : undefined} />}
      </EntityList>
    </>
  );
}

type BundleLineProps = { readonly bundle: Bundle; readonly onEdit: (() => void) | undefined };

function BundleLine({ bundle: { name, description, models, owner }, onEdit }: BundleLineProps) {
  const t = useBundleWords();
  const ui = useUiWords();
  const all = models.join(', ');
  return (
    <div className="flex items-start gap-3">
      <div className="grid min-w-0 grow gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="font-medium wrap-anywhere">{name}</span>
          <Badge>{t('models', { count: models.length })}</Badge>
          <span className="text-small text-muted">{description}</span>
          {owner !== null && (
            <span className="text-small text-muted">{ui('managedBy', { file: owner.replace(/^file:/, '') })}</span>
          )}
        </p>
        <p className="truncate text-small text-muted" title={all}>
          {all}
        </p>
      </div>
      {onEdit !== undefined && owner === null && (
        <Button size="small" onPress={onEdit}>
          {ui('edit')}
        </Button>
      )}
    </div>
  );
}

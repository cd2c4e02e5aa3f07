import { Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { AskingButton } from '../../components/ui/asking-button.tsx';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { Dialog, Drawer } from '../../components/ui/dialog.tsx';
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../../components/ui/menu.tsx';
import { Popover } from '../../components/ui/popover.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { useGalleryWords } from './words.ts';

export function Overlays() {
  const t = useGalleryWords();
  const [open, setOpen] = useState<'dialog' | 'confirm' | 'drawer'>();
  const [choice, setChoice] = useState<'one' | 'two'>('one');
  const close = (): void => setOpen(undefined);
  return (
    <Card title={t('overlays')}>
      <Toolbar label={t('overlays')}>
        <Button onPress={() => setOpen('dialog')}>{t('dialog')}</Button>
        <Button onPress={() => setOpen('confirm')}>{t('confirm')}</Button>
        <Button onPress={() => setOpen('drawer')}>{t('drawer')}</Button>
        <Popover label={t('popover')} trigger={<Button>{t('popover')}</Button>}>
          <p>{t('text')}</p>
        </Popover>
        <Menu trigger={<IconButton icon={Ellipsis} label={t('menu')} />}>
          <MenuItem icon={Pencil} detail="E">
            {t('edit')}
          </MenuItem>
          <MenuItem icon={Copy}>{t('duplicate')}</MenuItem>
          <MenuSeparator />
          <MenuChoice
            title={t('choices')}
            value={choice}
            onChange={setChoice}
            choices={[
              { value: 'one', label: t('first') },
              { value: 'two', label: t('second') },
            ]}
          />
          <MenuSeparator />
          <MenuItem icon={Trash2} danger>
            {t('delete')}
          </MenuItem>
        </Menu>
        <Button
          onPress={() => showToast({ title: t('done'), undo: () => showToast({ title: t('undone'), tone: 'plain' }) })}
        >
          {t('toast')}
        </Button>
        <Button onPress={() => showToast({ title: t('failed'), tone: 'danger', error: new Error(t('text')) })}>
          {t('errorToast')}
        </Button>
        <AskingButton action={t('delete')} title={t('confirm')} onConfirm={() => Promise.resolve()}>
          {t('text')}
        </AskingButton>
      </Toolbar>
      <Dialog
        open={open === 'dialog'}
        onClose={close}
        title={t('dialog')}
        description={t('text')}
        actions={
          <>
            <Button onPress={close}>{t('cancel')}</Button>
            <Button look="primary" onPress={close}>
              {t('save')}
            </Button>
          </>
        }
      >
        <p>{t('text')}</p>
      </Dialog>
      <ConfirmDialog
        open={open === 'confirm'}
        onClose={close}
        title={t('confirm')}
        action={t('delete')}
        typed="main"
        onConfirm={() => Promise.reject(new Error(t('text')))}
      >
        <p>{t('text')}</p>
      </ConfirmDialog>
      <Drawer open={open === 'drawer'} onClose={close} title={t('drawer')} width="wide">
        <p>{t('text')}</p>
      </Drawer>
    </Card>
  );
}

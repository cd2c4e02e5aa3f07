import { Plus, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Badge, Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Code, CodeBlock } from '../../components/ui/code-block.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { Link, LinkButton, OuterLink } from '../../components/ui/link.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { Tabs } from '../../components/ui/tabs.tsx';
import { Hint } from '../../components/ui/tooltip.tsx';
import { useGalleryWords } from './words.ts';

const looks = ['primary', 'plain', 'quiet', 'danger', 'danger-primary'] as const;
const tones = ['good', 'warn', 'danger', 'off', 'plain'] as const;

export function Pieces() {
  const t = useGalleryWords();
  const [segment, setSegment] = useState<'one' | 'two' | 'three'>('one');
  const [tab, setTab] = useState<'one' | 'two'>('one');
  return (
    <>
      <Card title={t('buttons')} actions={<IconButton icon={RotateCw} label={t('refresh')} />}>
        <Toolbar label={t('buttons')}>
          {looks.map((look) => (
            <Button key={look} look={look} icon={look === 'primary' ? Plus : Trash2}>
              {look}
            </Button>
          ))}
          <Button busy>{t('busy')}</Button>
          <Button isDisabled>{t('disabled')}</Button>
          <LinkButton to="/keys">{t('link')}</LinkButton>
        </Toolbar>
        <Toolbar label={t('small')}>
          {looks.map((look) => (
            <Button key={look} look={look} size="small">
              {look}
            </Button>
          ))}
        </Toolbar>
        <p>
          {t('text')} <Link to="/keys">{t('link')}</Link>,{' '}
          <OuterLink href="https://example.com">{t('outer')}</OuterLink>, <Code>code</Code>,{' '}
          <Hint text={t('hint')}>{t('noted')}</Hint>.
        </p>
      </Card>
      <Card title={t('status')}>
        <Toolbar label={t('status')}>
          {tones.map((tone) => (
            <Status key={tone} tone={tone}>
              {tone}
            </Status>
          ))}
          {([...tones, 'accent'] as const).map((tone) => (
            <Badge key={tone} tone={tone}>
              {tone}
            </Badge>
          ))}
        </Toolbar>
        <KeyValues
          items={[
            { term: t('plainFact'), value: t('text') },
            { term: t('idFact'), value: 'req_01hzx2v7k8', code: true },
            { term: t('unknownFact'), value: null },
          ]}
        />
      </Card>
      <Card title={t('choices')}>
        <div className="grid gap-4">
          <div>
            <Segmented
              label={t('choices')}
              value={segment}
              onChange={setSegment}
              segments={[
                { value: 'one', label: t('first') },
                { value: 'two', label: t('second') },
                { value: 'three', label: t('third') },
              ]}
            />
          </div>
          <Tabs
            label={t('choices')}
            value={tab}
            onChange={setTab}
            tabs={[
              { id: 'one', label: t('first'), badge: <Badge>12</Badge>, content: () => <p>{t('text')}</p> },
              {
                id: 'two',
                label: t('second'),
                content: () => <CodeBlock label={t('example')} text={'curl http://localhost:3000/v1/models'} />,
              },
            ]}
          />
        </div>
      </Card>
    </>
  );
}

import { SavedViews } from '../../components/saved-views/saved-views.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
import { NumberField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TextArea } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { effortLevels, plainSettings, presetOf, readPreset, type Settings } from './conversation.ts';
import { mistakeOf } from './request.ts';
import { usePlaygroundWords } from './words.ts';

type SettingsDrawerProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
  /** Undefined where there is no other column. */
  readonly onSpread: (() => void) | undefined;
};

const exampleTool = `[
  {
    "name": "get_weather",
    "description": "The weather in a city",
    "parameters": {
      "type": "object",
      "properties": { "city": { "type": "string" } },
      "required": ["city"]
    }
  }
]`;
const exampleSchema = `{
  "type": "object",
  "properties": { "answer": { "type": "string" } },
  "required": ["answer"],
  "additionalProperties": false
}`;

/** What a column asks with beside what is said. What is empty is left to the model. */
export function SettingsDrawer({ open, onClose, settings, onChange, onSpread }: SettingsDrawerProps) {
  const t = usePlaygroundWords();
  const change = (patch: Partial<Settings>): void => onChange({ ...settings, ...patch });
  const mistake = mistakeOf({ settings });
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={t('parameters')}
      description={t('parametersWhat')}
      actions={
        <>
          <Button look="quiet" onPress={() => onChange(plainSettings)}>
            {t('reset')}
          </Button>
          {onSpread !== undefined && <Button onPress={onSpread}>{t('forAll')}</Button>}
          <Button look="primary" onPress={onClose}>
            {t('done')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div>
          <SavedViews
            kind="presets"
            page="playground"
            query={presetOf(settings)}
            onShow={(text) => onChange(readPreset(text) ?? settings)}
          />
        </div>
        <TextArea label={t('system')} rows={4} value={settings.system} onChange={(system) => change({ system })} />
        <div className="grid grid-cols-2 gap-3">
          <NumberField
            label={t('temperature')}
            min={0}
            max={2}
            step={0.1}
            value={settings.temperature}
            onChange={(temperature) => change({ temperature })}
          />
          <NumberField
            label={t('topP')}
            min={0}
            max={1}
            step={0.05}
            value={settings.topP}
            onChange={(topP) => change({ topP })}
          />
          <NumberField
            label={t('maxTokens')}
            min={1}
            step={1}
            value={settings.maxTokens}
            onChange={(maxTokens) => change({ maxTokens })}
          />
          <NumberField label={t('seed')} step={1} value={settings.seed} onChange={(seed) => change({ seed })} />
          <Select
            label={t('effort')}
            choices={[
              { value: 'own', label: t('leftToModel') },
              ...effortLevels.map((value) => ({ value, label: t(`effortOf.${value}`) })),
            ]}
            value={settings.effort ?? 'own'}
            onChange={(effort) => change({ effort: effort === 'own' ? null : effort })}
          />
        </div>
        <Switch label={t('stream')} value={settings.stream} onChange={(stream) => change({ stream })} />
        <TextArea
          label={t('tools')}
          help={t('toolsWhat')}
          rows={settings.tools === '' ? 3 : 12}
          code
          spellCheck="false"
          value={settings.tools}
          onChange={(tools) => change({ tools })}
          error={mistake === 'tools' ? t('mistake.tools') : undefined}
          note={settings.tools === '' && <Example onPress={() => change({ tools: exampleTool })} />}
        />
        <TextArea
          label={t('schema')}
          help={t('schemaWhat')}
          rows={settings.schema === '' ? 3 : 10}
          code
          spellCheck="false"
          value={settings.schema}
          onChange={(schema) => change({ schema })}
          error={mistake === 'schema' ? t('mistake.schema') : undefined}
          note={settings.schema === '' && <Example onPress={() => change({ schema: exampleSchema })} />}
        />
      </div>
    </Drawer>
  );
}

function Example({ onPress }: { readonly onPress: () => void }) {
  const t = usePlaygroundWords();
  return (
    <Button size="small" look="quiet" onPress={onPress}>
      {t('example')}
    </Button>
  );
}

import { useEffect, useRef, type ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';

export type TabEntry<Id extends string> = {
  readonly id: Id;
  readonly label: string;
  /** Beside the label, such as a count. */
  readonly badge?: ReactNode;
  /** Made when it is looked at. */
  readonly content: () => ReactNode;
};

type TabsProps<Id extends string> = {
  readonly label: string;
  readonly tabs: readonly TabEntry<Id>[];
  /** In the address of the page (`useSearchState`), so that it can be sent to someone. */
  readonly value: Id;
  readonly onChange: (id: Id) => void;
};

/** Parts of one thing, one at a time. */
export function Tabs<Id extends string>({ label, tabs, value, onChange }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  // On a phone not all of them fit: the chosen one is brought into view, without moving the page.
  useEffect(() => {
    // In the next frame: as a page begins, which tab is the chosen one is not drawn yet.
    const frame = requestAnimationFrame(() => {
      const chosen = list.current?.querySelector<HTMLElement>('[aria-selected="true"]');
      if (list.current === null || chosen === null || chosen === undefined) return;
      list.current.scrollLeft = chosen.offsetLeft - (list.current.clientWidth - chosen.offsetWidth) / 2;
    });
    return () => cancelAnimationFrame(frame);
  }, [value]);
  return (
    <AriaTabs
      selectedKey={value}
      onSelectionChange={(key) => {
        const chosen = tabs.find(({ id }) => id === key);
        if (chosen !== undefined) onChange(chosen.id);
      }}
      className="min-w-0"
    >
      <TabList ref={list} aria-label={label} className="relative flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map(({ id, label: words, badge }) => (
          <Tab
            key={id}
            id={id}
            className="-mb-px flex min-h-9 cursor-pointer items-center gap-1.5 border-b-2 border-transparent px-2.5 text-sm whitespace-nowrap text-muted hover:text-ink selected:border-accent selected:font-medium selected:text-ink focus-visible:-outline-offset-2 pointer-coarse:min-h-11"
          >
            {words}
            {badge}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="pt-4 outline-none focus-visible:outline-2">
          {content()}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}

import { describeFigure, figureNames } from '../../src/figures/names.ts';
import { useConnection } from '../host/connection.ts';
import { metricKeys, metricOf } from '../measures/metric.ts';
import { useDrafts } from '../stores/drafts.ts';
import { libraryName, useLibraries } from '../stores/libraries.ts';
import { useOpenRun } from '../stores/openRun.ts';
import { useOpenStudy } from '../stores/openStudy.ts';
import { usePanels } from '../stores/panels.ts';
import { useSelection } from '../stores/selection.ts';
import { useStudies } from '../stores/studies.ts';
import { themeChoices, useTheme } from '../stores/theme.ts';
import { railKey, useRailPages } from './pageList.ts';

/** Something that the search finds and does. */
export interface Command {
  readonly id: string;
  readonly group: 'Pages' | 'Studies' | 'Libraries' | 'Run' | 'Selection' | 'Figures' | 'View';
  readonly text: string;
  /** What is said beside it. */
  readonly detail: string;
  run(): void;
}

/** @returns everything that can be done now; called where components are set up. */
export function useCommands(): () => Command[] {
  const selection = useSelection();
  const studies = useStudies();
  const libraries = useLibraries();
  const drafts = useDrafts();
  const open = useOpenStudy();
  const openRun = useOpenRun();
  const panels = usePanels();
  const theme = useTheme();
  const railPages = useRailPages();
  const { report } = useConnection();

  const pageCommands = (): Command[] =>
    railPages.map(({ page, title }, position) => ({
      id: `page-${page}`,
      group: 'Pages',
      text: `Go to ${title}`,
      detail: railKey(position),
      run: () => {
        selection.change({ page });
      },
    }));

  const planCommands = (): Command[] => {
    const { study } = selection.current;
    const name = study === null ? null : (studies.named(study)?.name ?? null);
    return [
      {
        id: 'plan',
        group: 'Pages',
        text: 'Plan a study',
        detail: 'N',
        run: drafts.begin,
      },
      ...(study === null || name === null
        ? []
        : [
            {
              id: 'plan-variation',
              group: 'Studies' as const,
              text: `Plan a variation of ${name}`,
              detail: 'plan',
              run: () => void drafts.vary(study),
            },
          ]),
    ];
  };

  const studyCommands = (): Command[] =>
    studies.rows.map(({ id, name }) => ({
      id: `study-${id}`,
      group: 'Studies',
      text: `Open ${name}`,
      detail: id,
      run: () => {
        selection.openStudy(id);
      },
    }));

  const libraryCommands = (): Command[] => [
    ...libraries.listed
      .filter(({ current }) => !current)
      .map((entry): Command => ({
        id: `library-${entry.id}`,
        group: 'Libraries',
        text:
          entry.kind === 'opened' ? `Show library ${libraryName(entry)}` : `Show the ${entry.kind} library`,
        detail: entry.kind === 'sample' ? 'sample' : 'library',
        run: () => void libraries.use(entry),
      })),
    {
      id: 'library-open',
      group: 'Libraries',
      text: 'Open another library …',
      detail: 'library',
      run: () => void libraries.ask(false),
    },
    {
      id: 'library-create',
      group: 'Libraries',
      text: 'New library …',
      detail: 'library',
      run: () => void libraries.ask(true),
    },
  ];

  const runCommands = (): Command[] => {
    if (open.detail === null) return [];
    const { name } = open.detail;
    const goThere = (act: () => unknown) => (): void => {
      selection.change({ page: 'run' });
      act();
    };
    if (openRun.active !== null) {
      return [
        { id: 'run-pause', group: 'Run', text: `Pause ${name}`, detail: 'run', run: goThere(openRun.pause) },
      ];
    }
    if (openRun.standing.unfinished === 0) return [];
    const start = (): unknown => openRun.start({ retryFailed: false });
    return [{ id: 'run-start', group: 'Run', text: `Run ${name}`, detail: 'run', run: goThere(start) }];
  };

  const selectionCommands = (): Command[] =>
    open.detail === null
      ? []
      : [
          ...open.variantNames.map((name): Command => ({
            id: `variant-${name}`,
            group: 'Selection',
            text: `Show only ${name}`,
            detail: 'variant',
            run: () => {
              selection.change({ variants: [name] });
            },
          })),
          {
            id: 'variants-all',
            group: 'Selection',
            text: 'Show all variants',
            detail: 'variant',
            run: () => {
              selection.change({ variants: null });
            },
          },
          ...metricKeys.map((metric): Command => ({
            id: `metric-${metric}`,
            group: 'Selection',
            text: `Measure ${metricOf(metric).phrase}`,
            detail: 'metric',
            run: () => {
              selection.change({ metric });
            },
          })),
        ];

  const figureCommands = (): Command[] =>
    open.detail === null
      ? []
      : figureNames.map((figure) => ({
          id: `figure-${figure}`,
          group: 'Figures',
          text: `Draw ${describeFigure(figure).title} for a paper`,
          detail: 'figure',
          run: () => {
            selection.openFigure(figure);
          },
        }));

  const viewCommands = (): Command[] => [
    ...themeChoices.map((choice): Command => ({
      id: `theme-${choice}`,
      group: 'View',
      text: choice === 'system' ? 'Theme as the system' : `${choice === 'dark' ? 'Dark' : 'Light'} theme`,
      detail: 'theme',
      run: () => {
        theme.choose(choice);
      },
    })),
    {
      id: 'inspector',
      group: 'View',
      text: panels.inspector ? 'Hide the inspector' : 'Show the inspector',
      detail: 'I',
      run: panels.toggleInspector,
    },
    {
      id: 'shortcuts',
      group: 'View',
      text: 'Show shortcuts',
      detail: '?',
      run: () => {
        panels.shortcuts = true;
      },
    },
  ];

  // A report has nothing to plan, to run or to draw anew.
  if (report !== null) return () => [...pageCommands(), ...selectionCommands(), ...viewCommands()];
  return () => [
    ...pageCommands(),
    ...planCommands(),
    ...studyCommands(),
    ...libraryCommands(),
    ...runCommands(),
    ...selectionCommands(),
    ...figureCommands(),
    ...viewCommands(),
  ];
}

/**
 * Commands whose text has every word of the search in it, or a beginning of a word for each; those that begin with the
 * search come first.
 */
export function findCommands(commands: readonly Command[], search: string): Command[] {
  const words = search.trim().toLowerCase().split(/\s+/);
  const fits = commands.filter(({ text, detail }) => {
    const searched = `${text} ${detail}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
  const first = words[0] ?? '';
  const rank = ({ text }: Command): number =>
    text
      .toLowerCase()
      .split(/[\s-]+/)
      .some((word) => word.startsWith(first))
      ? 0
      : 1;
  return fits.toSorted((one, other) => rank(one) - rank(other));
}

import {
  Activity,
  BadgeCheck,
  ChartScatter,
  GitCompareArrows,
  Grid3x3,
  Image,
  Layers,
  Library,
  Shapes,
  Timer,
  TableProperties,
} from '@lucide/vue';
import type { Component } from 'vue';
import CertificatePage from '../pages/certificate/CertificatePage.vue';
import ClassesPage from '../pages/classes/ClassesPage.vue';
import ChurnPage from '../pages/churn/ChurnPage.vue';
import ComparePage from '../pages/compare/ComparePage.vue';
import FiguresPage from '../pages/figures/FiguresPage.vue';
import ImportPage from '../pages/import/ImportPage.vue';
import OverheadPage from '../pages/overhead/OverheadPage.vue';
import PlanPage from '../pages/plan/PlanPage.vue';
import ReplicatesPage from '../pages/replicates/ReplicatesPage.vue';
import RunPage from '../pages/run/RunPage.vue';
import StudiesPage from '../pages/studies/StudiesPage.vue';
import VariancePage from '../pages/variance/VariancePage.vue';
import WeightsPage from '../pages/weights/WeightsPage.vue';
import { useConnection } from '../host/connection.ts';
import type { Page } from '../stores/selection.ts';

/** What the frame knows of a page. */
export interface PageEntry {
  readonly page: Page;
  readonly title: string;
  readonly component: Component;
  /** Its place among the rail's icons; a page without one is reached from other pages. */
  readonly icon: Component | null;
  /** Whether it shows the selected study, so that the selection bar belongs to it. */
  readonly showsStudy: boolean;
  /** Whether it shows the study's variants and replicates one by one, so that they are chosen and inspected. */
  readonly showsParts: boolean;
}

/** Every page, in the order of the rail and of the keys 1, 2 ... 9, 0, -. */
export const pageList: readonly PageEntry[] = [
  {
    page: 'studies',
    title: 'Studies',
    component: StudiesPage,
    icon: Library,
    showsStudy: false,
    showsParts: false,
  },
  { page: 'run', title: 'Run', component: RunPage, icon: Activity, showsStudy: true, showsParts: true },
  {
    page: 'replicates',
    title: 'Replicates',
    component: ReplicatesPage,
    icon: TableProperties,
    showsStudy: true,
    showsParts: true,
  },
  {
    page: 'variance',
    title: 'Variance',
    component: VariancePage,
    icon: ChartScatter,
    showsStudy: true,
    showsParts: true,
  },
  { page: 'churn', title: 'Churn', component: ChurnPage, icon: Grid3x3, showsStudy: true, showsParts: true },
  {
    page: 'weights',
    title: 'Weights',
    component: WeightsPage,
    icon: Layers,
    showsStudy: true,
    showsParts: true,
  },
  {
    page: 'classes',
    title: 'Classes',
    component: ClassesPage,
    icon: Shapes,
    showsStudy: true,
    showsParts: true,
  },
  {
    page: 'certificate',
    title: 'Certificate',
    component: CertificatePage,
    icon: BadgeCheck,
    showsStudy: true,
    showsParts: true,
  },
  {
    page: 'compare',
    title: 'Compare',
    component: ComparePage,
    icon: GitCompareArrows,
    showsStudy: true,
    showsParts: true,
  },
  {
    page: 'figures',
    title: 'Figures',
    component: FiguresPage,
    icon: Image,
    showsStudy: true,
    showsParts: false,
  },
  {
    page: 'overhead',
    title: 'Overhead',
    component: OverheadPage,
    icon: Timer,
    showsStudy: false,
    showsParts: false,
  },
  {
    page: 'plan',
    title: 'Plan a study',
    component: PlanPage,
    icon: null,
    showsStudy: false,
    showsParts: false,
  },
  {
    page: 'import',
    title: 'Import logs',
    component: ImportPage,
    icon: null,
    showsStudy: false,
    showsParts: false,
  },
];

/** The pages that the rail and the digit keys lead to. */
const railPages = pageList.filter((entry): entry is PageEntry & { icon: Component } => entry.icon !== null);

/** Of those, the ones whose answers a report holds. */
const reportPages: readonly Page[] = ['variance', 'churn', 'weights', 'classes', 'certificate'];

/** The pages that the rail and the digit keys lead to in this window; called where components are set up. */
export function useRailPages(): typeof railPages {
  const { report } = useConnection();
  return report !== null ? railPages.filter(({ page }) => reportPages.includes(page)) : railPages;
}

/** The keys of a keyboard's upper row, from the left. */
const railKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '-', '='];

/** The key that leads to a place among the rail's pages: 1 to the first, 0 to the tenth, - to the one after. */
export function railKey(position: number): string {
  return railKeys[position] ?? '';
}

/** @throws RangeError where a page has no entry. */
export function pageEntry(page: Page): PageEntry {
  const entry = pageList.find((candidate) => candidate.page === page);
  if (entry === undefined) throw new RangeError(`The page "${page}" has no entry in the list of pages.`);
  return entry;
}

import { computed, type ComputedRef } from 'vue';
import { useTheme } from '../stores/theme.ts';

/** A theme's colours as canvases need them. */
export interface Palette {
  readonly ink: string;
  readonly inkSoft: string;
  readonly inkFaint: string;
  readonly surface: string;
  readonly grid: string;
  readonly axis: string;
  readonly accent: string;
  readonly font: string;
}

/** The theme stands at the root of the page; naming it here makes whoever asks depend on it. */
function stylesOf(theme: 'light' | 'dark'): CSSStyleDeclaration {
  document.documentElement.dataset['theme'] = theme;
  return getComputedStyle(document.documentElement);
}

/** The colours of the theme in use, from the same custom properties as everything else. */
export function usePalette(): ComputedRef<Palette> {
  const theme = useTheme();
  return computed(() => {
    // Another theme has other values of the same properties.
    const style = stylesOf(theme.theme);
    const value = (name: string): string => style.getPropertyValue(name).trim();
    return {
      ink: value('--ink'),
      inkSoft: value('--ink-soft'),
      inkFaint: value('--ink-faint'),
      surface: value('--surface'),
      grid: value('--chart-grid'),
      axis: value('--chart-axis'),
      accent: value('--accent'),
      font: value('--font-sans'),
    };
  });
}

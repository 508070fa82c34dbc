import { defineStore } from 'pinia';
import { computed, ref, watchEffect } from 'vue';

export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const storageKey = 'noisefloor.theme';

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(storageKey);
  return themeChoices.find((choice) => choice === stored) ?? 'system';
}

/** Light, dark, or what the system says. */
export const useTheme = defineStore('theme', () => {
  const choice = ref<ThemeChoice>(storedChoice());
  const preference = window.matchMedia('(prefers-color-scheme: dark)');
  const systemIsDark = ref(preference.matches);
  preference.addEventListener('change', ({ matches }) => {
    systemIsDark.value = matches;
  });
  const theme = computed<'light' | 'dark'>(() => {
    if (choice.value !== 'system') return choice.value;
    return systemIsDark.value ? 'dark' : 'light';
  });
  watchEffect(
    () => {
      document.documentElement.dataset['theme'] = theme.value;
    },
    { flush: 'sync' },
  );
  return {
    choice,
    theme,
    choose: (wanted: ThemeChoice): void => {
      choice.value = wanted;
      localStorage.setItem(storageKey, wanted);
    },
  };
});

import { Monitor, Moon, Sun } from 'lucide-react';
import { useLayoutEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { type Theme, themes } from '#state/preferences.ts';

const icons: Readonly<Record<Theme, typeof Sun>> = { system: Monitor, light: Sun, dark: Moon };

/** Light, dark, or as the system has it. */
export function ThemeChoice() {
  const { t } = useTranslation();
  const store = useAppStore();
  const theme = useApp((state) => state.theme);
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <Segmented
      label={t('app.theme')}
      value={theme}
      options={themes.map((value) => {
        const Icon = icons[value];
        return { value, text: <Icon size={16} aria-hidden="true" />, label: t(`app.themes.${value}`) };
      })}
      onChange={(chosen) => store.getState().prefer({ theme: chosen })}
    />
  );
}

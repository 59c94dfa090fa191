import { useTranslation } from 'react-i18next';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useAppStore } from '#panels/use-app.ts';
import { languages } from '#state/preferences.ts';
import { changeLanguage, languageNames, languageTags } from './languages/languages.ts';

/** The languages by their own names; the page stays as it is and only its words change. */
export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  const store = useAppStore();
  const current = languages.find((language) => language === i18n.language) ?? 'en';
  return (
    <Segmented
      label={t('app.language')}
      value={current}
      options={languages.map((language) => ({
        value: language,
        text: languageNames[language],
        language: languageTags[language],
      }))}
      onChange={(language) => {
        store.getState().prefer({ language });
        void changeLanguage(language);
      }}
    />
  );
}

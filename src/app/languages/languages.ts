import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '#state/preferences.ts';
import { en } from './en.ts';
import type { Translation } from './translation.ts';
import { zh } from './zh.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    // Widened: the details of an error are known by its code alone, not to the compiler.
    resources: { translation: Translation<typeof en> };
  }
}

/** How the languages call themselves. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' };

/** What the languages are called in HTML; Chinese names its script, so that the right fonts are chosen. */
export const languageTags: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans' };

/** The language of this visit: what the address asks for, else what is remembered, else what the browser prefers. */
export function chooseLanguage(
  asked: Language | null,
  remembered: Language | null,
  preferred: readonly string[],
): Language {
  return asked ?? remembered ?? (preferred[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en');
}

/** Makes every text of the page available in `language`; synchronous, since the texts are bundled. */
export function startLanguages(language: Language): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, zh: { translation: zh } },
    interpolation: { escapeValue: false },
    initAsync: false,
    showSupportNotice: false,
  });
  document.documentElement.lang = languageTags[language];
}

/** Changes the language of everything on the page, in place: a reload would drop the engine. */
export async function changeLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = languageTags[language];
}

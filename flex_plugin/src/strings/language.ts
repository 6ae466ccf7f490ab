import en from './en.json';
import fr from './fr.json';

export type Key = keyof typeof en;
export type Strings = Readonly<Record<Key, string>>;

const LANGUAGES: Readonly<Record<string, Strings>> = { en, fr };

/** The strings of an agent's Flex language (`fr-CA` reads French); English where we have no translation. */
export function stringsFor(localeTag: string | undefined): Strings {
  const language = (localeTag ?? '').toLowerCase().split(/[-_]/)[0];
  return Object.prototype.hasOwnProperty.call(LANGUAGES, language) ? LANGUAGES[language] : en;
}

/** The tag as the browser knows it, or English: a date must never fail on an odd tag. */
export function localeOf(tag: string | undefined): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

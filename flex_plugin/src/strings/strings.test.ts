import { age, clock } from './age';
import en from './en.json';
import fr from './fr.json';
import { Key, localeOf, stringsFor } from './language';
import { sayWith } from './say';

const KEYS = Object.keys(en) as Key[];
const placeholders = (text: string) => (text.match(/\{\{[^}]+\}\}/g) ?? []).sort();

test('French says everything that English says', () => {
  expect(Object.keys(fr).sort()).toEqual([...KEYS].sort());
});

test.each(KEYS)('%s has the same placeholders in both languages', (key) => {
  expect(placeholders(fr[key])).toEqual(placeholders(en[key]));
});

test.each([
  ['fr', fr],
  ['fr-CA', fr],
  ['FR_sn', fr],
  ['en-GB', en],
  ['wo-SN', en],
  ['constructor', en],
  [undefined, en],
])('the language tag %s is understood', (tag, strings) => {
  expect(stringsFor(tag)).toBe(strings);
});

test('an odd language tag never breaks a date', () => {
  expect(localeOf('not a tag!')).toBe('en');
  expect(localeOf(undefined)).toBe('en');
});

describe('saying a string', () => {
  test('an account’s own wording wins, even if it is changed later', () => {
    const account: Partial<Record<Key, string>> = {};
    const say = sayWith(() => account, en);
    expect(say('UssdCallBack')).toBe('Call back');
    account.UssdCallBack = 'Ring';
    expect(say('UssdCallBack')).toBe('Ring');
  });

  test('values are put in as they are, and never read as placeholders', () => {
    const say = sayWith(() => ({}), en);
    expect(say('UssdWaiting', { age: '{{age}} <b>' })).toBe('Waiting {{age}} <b>');
  });
});

const say = sayWith(() => ({}), en);

test.each([
  [-5, 'under 1 min'],
  [59, 'under 1 min'],
  [60, '1 min'],
  [3599, '59 min'],
  [3600, '1 h 0 min'],
  [86_399, '23 h 59 min'],
  [90_000, '1 d 1 h'],
])('after %d seconds the age is “%s”', (seconds, words) => {
  expect(age(0, seconds * 1000, say)).toBe(words);
});

test('a moment is written in the agent’s time zone and language', () => {
  expect(clock(new Date('2026-11-20T23:30:00Z'), 'fr')).toBe('20 nov. 2026, 23:30');
});

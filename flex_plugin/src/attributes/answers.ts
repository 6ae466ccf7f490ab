import { LONGEST, plain, shorten } from './plain';
import { Fields, isRecord } from './record';
import { Answer } from './session';

// More than any menu asks; a task of a thousand answers must not stop the browser.
const MOST = 60;

// The keys that a task had before the bridge wrote its own object, in the order the menu asks.
const FLAT = ['location', 'support_type', 'callback', 'safe_to_call'];

export interface ReadAnswers {
  answers: Answer[];
  shortened: boolean;
}

export function readAnswers(ussd: Fields, flat: Fields): ReadAnswers {
  if (!Array.isArray(ussd.answers)) return { answers: flatAnswers(flat), shortened: true };
  const read = ussd.answers.slice(0, MOST).map(readAnswer);
  return {
    answers: read.flatMap((each) => each.answers),
    shortened: ussd.shortened === true || ussd.answers.length > MOST || read.some((each) => each.shortened),
  };
}

function readAnswer(raw: unknown): ReadAnswers {
  if (!isRecord(raw)) return { answers: [], shortened: true };
  const name = plain(raw.name);
  const words = plain(raw.value_label);
  const value = words ?? plain(raw.value);
  if (!name || !value) return { answers: [], shortened: true };
  const answer = {
    name,
    label: shorten(plain(raw.label) ?? name, LONGEST),
    value: shorten(value, LONGEST),
    unknown: words === undefined || raw.unknown === true,
    sensitive: raw.sensitive === true,
  };
  return { answers: [answer], shortened: value.length > LONGEST };
}

function flatAnswers(flat: Fields): Answer[] {
  return FLAT.flatMap((name) => {
    const value = plain(flat[name]);
    return value ? [flatAnswer(name, value)] : [];
  });
}

function flatAnswer(name: string, value: string): Answer {
  return { name, label: name.replace(/_/g, ' '), value: shorten(value, LONGEST), unknown: false, sensitive: false };
}

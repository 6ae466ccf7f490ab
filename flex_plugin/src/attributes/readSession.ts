import { readAnswers } from './answers';
import { CALL_NOTE, readCallNote } from './callNote';
import { plain, shorten } from './plain';
import { Fields, isRecord, record } from './record';
import { readSafety } from './safety';
import { Gap, Session } from './session';
import { yesNo } from './yesNo';

const REFERENCE = /^[0-9A-Z][0-9A-Z-]{2,15}$/;
const NUMBER = /^\+?[0-9]{5,15}$/;
const TASK_SID = /^WT[0-9a-f]{32}$/;
const SHORT = 80;

/** Reads whatever stands in a task's attributes. Never throws; what cannot be read is named in `gaps`. */
export function readSession(attributes: unknown): Session {
  const flat = record(attributes);
  const ussd = record(flat.ussd);
  const { answers, shortened } = readAnswers(ussd, flat);
  const session: Session = {
    reference: matching(ussd.reference, REFERENCE) ?? matching(flat.name, REFERENCE),
    answers,
    language: short(flat.language) ?? short(ussd.language),
    callback: yesNo(ussd.callback) ?? yesNo(flat.callback),
    safety: readSafety(ussd, flat),
    complete: yesNo(ussd.complete),
    simulated: ussd.simulated === true,
    possibleDuplicate: ussd.possible_duplicate === true,
    erased: ussd.erased === true,
    earlierTask: matching(ussd.linked_to, TASK_SID),
    gateway: short(ussd.gateway),
    serviceCode: short(flat.to),
    number: matching(flat.from, NUMBER),
    note: readCallNote(flat[CALL_NOTE]),
    gaps: [],
  };
  return { ...session, gaps: session.erased ? [] : gapsOf(session, flat, shortened) };
}

function gapsOf(session: Session, flat: Fields, shortened: boolean): Gap[] {
  const ussd = record(flat.ussd);
  const found: [Gap, boolean][] = [
    ['details', !isRecord(flat.ussd)],
    ['reference', !session.reference],
    ['answers', session.answers.length === 0],
    ['language', !session.language],
    ['callback', session.callback === undefined && ussd.callback !== null],
    ['safety', session.safety === 'unknown' && session.callback === true],
    ['completeness', session.complete === undefined],
    ['number', session.number === undefined && flat.from !== undefined],
    ['menu', ussd.menu_known === false],
    ['shortened', shortened && isRecord(flat.ussd)],
  ];
  return found.filter(([, missing]) => missing).map(([gap]) => gap);
}

function short(value: unknown): string | undefined {
  const text = plain(value);
  return text && shorten(text, SHORT);
}

function matching(value: unknown, shape: RegExp): string | undefined {
  const text = plain(value);
  return text && shape.test(text) ? text : undefined;
}

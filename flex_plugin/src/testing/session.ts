import { Session } from '../attributes/session';
import { stringsFor } from '../strings/language';
import { sayWith } from '../strings/say';

/** A session that may be called back, with what a test changes of it. */
export function session(changes: Partial<Session> = {}): Session {
  return {
    reference: 'K7QM4X',
    answers: [],
    language: 'French',
    callback: true,
    safety: 'safe',
    complete: true,
    simulated: false,
    possibleDuplicate: false,
    erased: false,
    number: '+221770000001',
    note: { attempts: 0 },
    gaps: [],
    ...changes,
  };
}

const english = stringsFor('en');

export const say = sayWith(() => ({}), english);

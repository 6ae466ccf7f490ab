import { session } from '../testing/session';
import { Desk, Refusal, refusal } from './refusal';

const READY: Desk = { accepted: true, mine: true, offline: false, onCall: false };

test('a caller who wants it and is safe is called from a ready desk', () => {
  expect(refusal(session(), READY)).toBeUndefined();
  expect(refusal(session({ safety: 'notAsked' }), READY)).toBeUndefined();
});

test.each<[string, Parameters<typeof session>[0], Partial<Desk>, Refusal]>([
  ['not safe', { safety: 'unsafe' }, {}, 'unsafe'],
  ['not safe and not wanted: the danger is said', { safety: 'unsafe', callback: false }, {}, 'unsafe'],
  ['not wanted', { callback: false }, {}, 'notWanted'],
  ['not answered', { callback: undefined }, {}, 'notAnswered'],
  ['of unknown safety', { safety: 'unknown' }, {}, 'safetyUnknown'],
  ['without a number', { number: undefined }, {}, 'noNumber'],
  ['another agent’s', {}, { mine: false }, 'notYours'],
  ['not accepted', {}, { accepted: false }, 'notAccepted'],
  ['asked for by an agent who is offline', {}, { offline: true }, 'offline'],
  ['asked for by an agent on a call', {}, { onCall: true }, 'onCall'],
])('a call is refused that is %s', (_what, caller, desk, expected) => {
  expect(refusal(session(caller), { ...READY, ...desk })).toBe(expected);
});

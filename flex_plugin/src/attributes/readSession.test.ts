import fc from 'fast-check';

import { refusal } from '../callback/refusal';
import fixture from '../../e2e/fixtures/support.json';
import { readSession } from './readSession';
import { Gap, Session } from './session';

const READY = { accepted: true, mine: true, offline: false, onCall: false };

describe('a session from the bridge', () => {
  const session = readSession(fixture);

  test('is read whole', () => {
    expect(session).toMatchObject({
      reference: 'K7QM4X',
      language: 'French',
      callback: true,
      safety: 'safe',
      complete: true,
      simulated: false,
      gateway: 'telerivet',
      serviceCode: '*384*123#',
      number: '+221770000001',
      gaps: [],
    });
  });

  test('keeps the answers in the order they were given', () => {
    expect(session.answers.map(({ name }) => name)).toEqual(['location', 'support_type', 'callback', 'safe_to_call']);
  });

  test('may be called back', () => {
    expect(refusal(session, READY)).toBeUndefined();
  });
});

function changed(ussd: object, flat: object = {}): Session {
  return readSession({ ...fixture, ...flat, ussd: { ...fixture.ussd, ...ussd } });
}

const answer = (value: string) => [{ name: 'safe_to_call', label: 'Safe?', value, value_label: value }];

describe.each<[string, object, object, Session['safety']]>([
  ['said yes', { safe_to_call: true }, {}, 'safe'],
  ['said no', { safe_to_call: false }, {}, 'unsafe'],
  ['was not asked', { safe_to_call: null, answers: [] }, {}, 'notAsked'],
  ['left the question open', { safe_to_call: 'unknown', answers: [] }, {}, 'unknown'],
  ['has a task without the key', { safe_to_call: undefined, answers: [] }, {}, 'unknown'],
  ['said no in the answers only', { safe_to_call: true, answers: answer('no') }, {}, 'unsafe'],
  ['said “Non” in the answers only', { safe_to_call: null, answers: answer('Non') }, {}, 'unsafe'],
  ['said no in a flat key only', { safe_to_call: true, answers: [] }, { safe_to_call: 'No' }, 'unsafe'],
])('a caller who %s', (_what, ussd, flat, safety) => {
  test(`counts as ${safety}`, () => {
    expect(changed(ussd, flat).safety).toBe(safety);
  });
});

describe.each<[string, object, object, Gap]>([
  ['no reference anywhere', { reference: undefined }, { name: undefined }, 'reference'],
  ['a reference that is no reference', { reference: '<b>' }, { name: 'constructor' }, 'reference'],
  ['no answers', { answers: [] }, {}, 'answers'],
  ['no language', { language: undefined }, { language: undefined }, 'language'],
  ['no word about a call back', { callback: undefined }, { callback: undefined }, 'callback'],
  ['no word about safety', { safe_to_call: undefined, answers: [] }, {}, 'safety'],
  ['no word whether it is complete', { complete: 'perhaps' }, {}, 'completeness'],
  ['a number that is none', {}, { from: 'tel:none' }, 'number'],
  ['a menu that the bridge does not know', { menu_known: false }, {}, 'menu'],
  ['attributes that the bridge had to shorten', { shortened: true }, {}, 'shortened'],
  ['an answer that cannot be read', { answers: [{ name: 'location' }] }, {}, 'shortened'],
])('a task with %s', (_what, ussd, flat, gap) => {
  test(`says that “${gap}” is missing`, () => {
    expect(changed(ussd, flat).gaps).toContain(gap);
  });
});

test('a partial session that has not reached the call-back question misses nothing', () => {
  const open = { complete: false, callback: null, safe_to_call: 'unknown' };
  expect(changed(open, { callback: undefined, from: undefined }).gaps).toEqual([]);
});

test('marks of the bridge are read: unknown, sensitive, possible duplicate, earlier task', () => {
  const answers = [{ name: 'hiv', label: 'Result', value: '9', value_label: '9', unknown: true, sensitive: true }];
  const earlier = `WT${'a'.repeat(32)}`;
  const session = changed({ answers, possible_duplicate: true, linked_to: earlier });
  expect(session).toMatchObject({ possibleDuplicate: true, earlierTask: earlier });
  expect(session.answers[0]).toMatchObject({ unknown: true, sensitive: true });
});

test('an answer without words shows its raw code and is marked', () => {
  expect(changed({ answers: [{ name: 'a', label: 'A', value: '7' }] }).answers[0]).toMatchObject({ value: '7', unknown: true });
});

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const anything = fc.oneof(fc.anything(), fc.jsonValue(), hostileAttributes());

function hostileAttributes(): fc.Arbitrary<unknown> {
  const value = fc.oneof(fc.constantFrom(null, true, false, 'yes', 'no', 'Non', '\u202Egpj.exe', '+221770000001'), fc.string(), fc.jsonValue());
  const answers = fc.array(fc.oneof(value, fc.record({ name: value, label: value, value, value_label: value })));
  const ussd = fc.record({ reference: value, callback: value, safe_to_call: value, complete: value, gateway: value, answers: fc.oneof(value, answers) }, { requiredKeys: [] });
  return fc.record({ from: value, name: value, language: value, callback: value, ussd: fc.oneof(value, ussd), ussd_callback: value }, { requiredKeys: [] });
}

test('whatever stands in the attributes, reading does not fail and gives short, printable text', () => {
  fc.assert(
    fc.property(anything, (attributes) => {
      const session = readSession(attributes);
      const texts = [session.reference, session.language, session.gateway, session.serviceCode, session.number, ...session.answers.flatMap(({ name, label, value }) => [name, label, value])];
      for (const text of texts.filter((each): each is string => each !== undefined)) {
        expect(text).not.toMatch(UNPRINTABLE);
        expect(Array.from(text).length).toBeLessThanOrEqual(2000);
      }
    }),
    { numRuns: 1000 },
  );
});

test('nobody is called without having said yes to a call and not no to its safety', () => {
  fc.assert(
    fc.property(hostileAttributes(), (attributes) => {
      const session = readSession(attributes);
      if (refusal(session, READY) !== undefined) return;
      expect(session.callback).toBe(true);
      expect(['safe', 'notAsked']).toContain(session.safety);
      expect(session.number).toMatch(/^\+?[0-9]{5,15}$/);
    }),
    { numRuns: 1000 },
  );
});

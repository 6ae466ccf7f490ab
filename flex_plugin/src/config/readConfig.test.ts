import { DEFAULTS } from './config';
import { readConfig } from './readConfig';

test.each([[undefined], [null], [{}]])('without settings (%j) the defaults hold and nothing is reported', (raw) => {
  expect(readConfig(raw)).toEqual({ config: DEFAULTS, faults: [] });
});

test('good values are taken', () => {
  const good = {
    enabled: false,
    channel: 'helpline',
    caller_id: '+15005550006',
    queue_sid: `WQ${'a'.repeat(32)}`,
    title: ['crop'],
    colour: '#ABCDEF',
  };
  expect(readConfig(good)).toEqual({ config: good, faults: [] });
});

test.each([
  ['enabled', 'yes'],
  ['channel', ''],
  ['caller_id', '0770000001'],
  ['queue_sid', 'everyone'],
  ['title', 'location'],
  ['title', ['a', 'b', 'c', 'd', 'e']],
  ['colour', 'green'],
])('a wrong %s (%j) is named without its value, and the default is used', (key, value) => {
  const { config, faults } = readConfig({ [key]: value });
  expect(config).toEqual(DEFAULTS);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(new RegExp(`^features\\.ussd\\.${key}: expected .+; the default is used\\.$`));
});

test('an unknown setting is named', () => {
  expect(readConfig({ constructor: 1 }).faults).toEqual(['features.ussd.constructor: no such setting; it is ignored.']);
});

test('settings that are no object are named', () => {
  expect(readConfig('on').faults).toHaveLength(1);
});

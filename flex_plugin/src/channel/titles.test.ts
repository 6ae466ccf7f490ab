import { ITask } from '@twilio/flex-ui';

import fixture from '../../e2e/fixtures/support.json';
import { DEFAULTS } from '../config/config';
import { say } from '../testing/session';
import { titleOf, waitingLine } from './titles';

const environment = { config: DEFAULTS, say, localeTag: 'en' };

function title(attributes: unknown, titled = DEFAULTS.title): string {
  return titleOf({ attributes } as ITask, { ...environment, config: { ...DEFAULTS, title: titled } });
}

test('a title is the reference and what the caller needs, where', () => {
  expect(title(fixture)).toBe('K7QM4X · Shelter · Thies');
});

test('a menu without these questions is titled by its first two answers', () => {
  const answers = ['crop', 'callback', 'pest', 'more'].map((name) => ({ name, label: name, value: name, value_label: name }));
  const harvest = { name: 'K7QM4X', ussd: { reference: 'K7QM4X', answers } };
  expect(title(harvest)).toBe('K7QM4X · crop · pest');
});

test('a sensitive answer stands in no title', () => {
  const answers = [{ name: 'location', label: 'Where?', value: 'home', value_label: 'Home', sensitive: true }];
  expect(title({ ussd: { reference: 'K7QM4X', answers } })).toBe('K7QM4X');
});

test.each([['from'], ['safe_to_call']])('no setting puts “%s” into a title', (name) => {
  expect(title({ ...fixture, from: '+221770000001', safe_to_call: 'No' }, [name, 'location'])).toBe('K7QM4X · Thies');
});

test.each([['constructor'], ['__proto__'], ['TaskHeaderLine'], ['<b>']])(
  'a name that Flex could take for a template of its own (%s) is not one',
  (name) => expect(title({ name, ussd: { reference: name } })).toBe('USSD'),
);

test('the second line is the language and how long the task has waited, not the reservation', () => {
  const source = { dateCreated: new Date(Date.now() - 12 * 60_000 - 1) };
  const task = { attributes: fixture, source, dateCreated: new Date() } as unknown as ITask;
  expect(waitingLine(task, environment)).toBe('French · Waiting 12 min');
});

test('a task without a date has no waiting time', () => {
  expect(waitingLine({ attributes: fixture } as unknown as ITask, environment)).toBe('French');
});

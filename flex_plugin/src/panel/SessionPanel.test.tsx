import { render, screen, within } from '@testing-library/react';
import React from 'react';

import { Session } from '../attributes/session';
import { say, session } from '../testing/session';
import { SessionPanel } from './SessionPanel';

const NOW = Date.parse('2026-11-20T10:12:00Z');
const CREATED = Date.parse('2026-11-20T10:00:00Z');

function show(changes: Partial<Session> = {}) {
  render(<SessionPanel session={session(changes)} created={CREATED} now={NOW} localeTag="en" say={say} />);
  return within(screen.getByRole('region', { name: /^USSD session/ }));
}

test('the panel is a region named after the session', () => {
  show();
  expect(screen.getByRole('region', { name: 'USSD session K7QM4X' })).toBeInTheDocument();
});

test('answers stand in their order, each with its label', () => {
  const answers = ['b', 'a', 'b'].map((name) => ({ name, label: `Q ${name}`, value: `A ${name}`, unknown: false, sensitive: false }));
  const panel = show({ answers });
  expect(panel.getAllByRole('definition').slice(0, 3).map((value) => value.textContent)).toEqual(['A b', 'A a', 'A b']);
});

test('an answer that the menu does not know is marked in words', () => {
  const answers = [{ name: 'a', label: 'A', value: '7', unknown: true, sensitive: false }];
  expect(show({ answers }).getByText('7').parentElement).toHaveTextContent('7 (not in the menu)');
});

test.each<[string, Partial<Session>, string[]]>([
  ['a call back wanted', {}, ['French', 'Wants a call back', 'Complete']],
  ['no call back wanted', { callback: false }, ['French', 'Does not want a call back', 'Complete']],
  ['a partial session', { callback: undefined, complete: false }, ['French', 'Call back: not answered', 'Partial: the session ended early']],
  ['a simulated one', { simulated: true }, ['French', 'Wants a call back', 'Complete', 'Simulated: not a real caller']],
  ['a possible duplicate', { possibleDuplicate: true }, ['French', 'Wants a call back', 'Complete', 'May be a duplicate']],
  ['no language', { language: undefined }, ['Wants a call back', 'Complete']],
])('the badges of %s', (_what, changes, words) => {
  expect(show(changes).getAllByRole('listitem').map((badge) => badge.textContent)).toEqual(words);
});

test('where the session came from, and when, in the agent’s words', () => {
  const panel = show({ gateway: 'telerivet', serviceCode: '*384*123#' });
  const values = panel.getAllByRole('definition').map((value) => value.textContent);
  expect(values).toEqual(['K7QM4X', 'Nov 20, 2026, 10:00 AM', '12 min', 'telerivet', '*384*123#']);
});

test('what is missing is said in one note', () => {
  const panel = show({ gaps: ['reference', 'safety', 'shortened'] });
  expect(panel.getByRole('note')).toHaveTextContent(
    'Not everything could be read. Missing: the reference, whether calling is safe. Some answers are not shown whole.',
  );
});

test('an erased session says so, and offers and misses nothing', () => {
  const panel = show({ erased: true, callback: undefined, safety: 'unknown', language: undefined, number: undefined });
  expect(panel.getByRole('note')).toHaveTextContent('The caller’s words were erased on request.');
  expect(panel.queryAllByRole('listitem')).toEqual([]);
  expect(panel.queryAllByRole('definition')).toEqual([]);
});

test('a whole session has no such note', () => {
  expect(show().queryByRole('note')).toBeNull();
});

import { fireEvent, render, screen } from '@testing-library/react';
import React from 'react';

import { Session } from '../attributes/session';
import { say, session } from '../testing/session';
import { CallBack } from './CallBack';
import { Refusal } from './refusal';

function show(of: Session, state: { refusal?: Refusal; calling?: boolean } = {}) {
  const spies = { onCall: jest.fn(), onOutcome: jest.fn() };
  render(<CallBack session={of} calling={false} localeTag="en" say={say} {...state} {...spies} />);
  return spies;
}

test('there is one button named “Call back”, and a click calls at once', () => {
  const { onCall } = show(session());
  const buttons = screen.getAllByRole('button', { name: 'Call back' });
  expect(buttons).toHaveLength(1);
  fireEvent.click(buttons[0]);
  expect(onCall).toHaveBeenCalledTimes(1);
});

test.each<[Refusal, string]>([
  ['notWanted', 'The caller does not want a call back.'],
  ['notAnswered', 'The caller has not asked for a call back.'],
  ['safetyUnknown', 'We do not know whether it is safe to call.'],
  ['noNumber', 'There is no number to call.'],
  ['notYours', 'This task belongs to another agent.'],
  ['notAccepted', 'Accept the task first.'],
  ['offline', 'You are offline. Change your status to call.'],
  ['onCall', 'You are on another call.'],
])('refused as %s, the button is disabled and says why', (refusal, words) => {
  const { onCall } = show(session(), { refusal });
  const button = screen.getByRole('button', { name: 'Call back' });
  expect(button).toBeDisabled();
  expect(button).toHaveAccessibleDescription(words);
  fireEvent.click(button);
  expect(onCall).not.toHaveBeenCalled();
});

test('where it is not safe there is a sign and no button at all, and no number', () => {
  show(session({ safety: 'unsafe', note: { attempts: 1 } }), { refusal: 'unsafe' });
  expect(screen.getByRole('alert')).toHaveTextContent('Not safe to call');
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.queryByText(/0001|ends in/)).toBeNull();
});

test('while a call is being started there is no second one', () => {
  show(session(), { calling: true });
  expect(screen.getByRole('button', { name: 'Call back' })).toBeDisabled();
  expect(screen.getByText('Calling…')).toBeInTheDocument();
});

test('the number is shown on request only', () => {
  show(session());
  expect(screen.queryByText('+221770000001')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Show number' }));
  expect(screen.getByText('+221770000001')).toBeInTheDocument();
});

test('how a call went is asked only after a call', () => {
  show(session());
  expect(screen.queryByRole('group')).toBeNull();
});

test('after a call its outcome is one click away, and the noted one is marked', () => {
  const { onOutcome } = show(session({ note: { attempts: 2, outcome: 'busy', at: '2026-11-20T10:00:00Z' } }));
  expect(screen.getByRole('button', { name: 'Busy' })).toHaveAttribute('aria-pressed', 'true');
  expect(screen.getByText(/Calls made: 2\. Noted: Busy, Nov 20, 2026, 10:00/)).toBeInTheDocument();
  fireEvent.click(screen.getByRole('button', { name: 'Wrong person' }));
  expect(onOutcome).toHaveBeenCalledWith('wrong_person');
});

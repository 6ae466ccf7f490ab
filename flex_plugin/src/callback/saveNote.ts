import { Notifications } from '@twilio/flex-ui';

import { Outcome } from '../attributes/session';
import { NOTE_NOT_SAVED } from '../notifications/messages';
import { noteAttempt, NotedTask, noteOutcome } from './noteCall';

export function saveAttempt(task: NotedTask): Promise<void> {
  return saving(noteAttempt(task, new Date().toISOString()));
}

export function saveOutcome(task: NotedTask, outcome: Outcome): Promise<void> {
  return saving(noteOutcome(task, outcome, new Date().toISOString()));
}

// A lost note must be seen: another agent would call someone who was reached already.
async function saving(note: Promise<unknown>): Promise<void> {
  try {
    await note;
  } catch {
    Notifications.showNotification(NOTE_NOT_SAVED);
  }
}

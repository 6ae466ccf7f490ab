import { CALL_NOTE, readCallNote } from '../attributes/callNote';
import { isRecord, record } from '../attributes/record';
import { Outcome } from '../attributes/session';
import { fitted } from './fitted';

export interface NotedTask {
  attributes: unknown;
  setAttributes: (attributes: object) => Promise<unknown>;
}

/** Writes down that a call was made; its outcome is open. `now` is ISO 8601, UTC. */
export function noteAttempt(task: NotedTask, now: string): Promise<unknown> {
  const { attempts } = readCallNote(record(task.attributes)[CALL_NOTE]);
  return write(task, { [CALL_NOTE]: { attempts: attempts + 1, at: now } });
}

/** Writes down how the last call went, for the bridge and, as `conversations.outcome`, for Flex Insights. */
export function noteOutcome(task: NotedTask, outcome: Outcome, now: string): Promise<unknown> {
  const { conversations, [CALL_NOTE]: note } = record(task.attributes);
  return write(task, {
    [CALL_NOTE]: { attempts: readCallNote(note).attempts, outcome, at: now },
    conversations: { ...record(conversations), outcome: outcome.replace('_', ' ') },
  });
}

// TaskRouter replaces the attributes whole, so everything that stands there now is written again.
async function write(task: NotedTask, changes: object): Promise<unknown> {
  if (!isRecord(task.attributes)) throw new Error('The task has no attributes to add to.');
  return task.setAttributes(fitted({ ...task.attributes, ...changes }));
}

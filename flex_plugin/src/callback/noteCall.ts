import { CALL_NOTE, readCallNote } from '../attributes/callNote';
import { Fields, isRecord, record } from '../attributes/record';
import { Outcome } from '../attributes/session';
import { fitted } from './fitted';

export interface NotedTask {
  attributes: unknown;
  setAttributes: (attributes: object) => Promise<unknown>;
  /** Flex's reservation, as its TaskRouter SDK knows it. */
  sourceObject?: { task?: { fetchLatestVersion?: () => Promise<{ attributes: unknown }> } };
}

/** Writes down that a call was made; its outcome is open. `now` is ISO 8601, UTC. */
export function noteAttempt(task: NotedTask, now: string): Promise<unknown> {
  return write(task, ({ [CALL_NOTE]: note }) => ({ [CALL_NOTE]: { attempts: readCallNote(note).attempts + 1, at: now } }));
}

/** Writes down how the last call went, for the bridge and, as `conversations.outcome`, for Flex Insights. */
export function noteOutcome(task: NotedTask, outcome: Outcome, now: string): Promise<unknown> {
  return write(task, ({ conversations, [CALL_NOTE]: note }) => ({
    [CALL_NOTE]: { attempts: readCallNote(note).attempts, outcome, at: now },
    conversations: { ...record(conversations), outcome: outcome.replace('_', ' ') },
  }));
}

// TaskRouter replaces the attributes whole, so everything that stands there now is written again.
async function write(task: NotedTask, changes: (attributes: Fields) => object): Promise<unknown> {
  const attributes = await latest(task);
  if (!isRecord(attributes)) throw new Error('The task has no attributes to add to.');
  if (record(attributes.ussd).erased === true) return undefined;
  return task.setAttributes(fitted({ ...attributes, ...changes(attributes) }));
}

// Flex's own copy is as old as the last event it heard: the bridge may have written, or erased, since.
async function latest(task: NotedTask): Promise<unknown> {
  const source = task.sourceObject?.task;
  return source?.fetchLatestVersion ? (await source.fetchLatestVersion()).attributes : task.attributes;
}

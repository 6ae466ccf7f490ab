import { ITask } from '@twilio/flex-ui';

/**
 * When the task was made, in ms since the epoch. Flex's own `dateCreated` is the reservation's: a caller who
 * waited an hour in the queue would seem to have just come.
 */
export function createdAt(task: ITask): number | undefined {
  const source = task.source as { dateCreated?: unknown } | undefined;
  return moment(source?.dateCreated) ?? moment(task.dateCreated);
}

function moment(date: unknown): number | undefined {
  const time = date instanceof Date ? date.getTime() : NaN;
  return Number.isNaN(time) ? undefined : time;
}

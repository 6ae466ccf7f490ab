import { isRecord } from './record';

/** The part of a Flex task that tells whose it is. */
export interface TaskLike {
  attributes?: unknown;
  taskChannelUniqueName?: string;
}

/** True for a task that the bridge made, old or damaged ones included. */
export function isSession(task: TaskLike | undefined, channel: string): boolean {
  if (!task) return false;
  if (task.taskChannelUniqueName === channel) return true;
  return isRecord(task.attributes) && (isRecord(task.attributes.ussd) || task.attributes.channel === 'ussd');
}

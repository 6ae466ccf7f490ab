import { isRecord } from './record';

/** The attribute of a call that was made from a USSD task: which one. */
export const PARENT = 'ussd_parent';

export function parentTaskSid(attributes: unknown): string | undefined {
  const parent = isRecord(attributes) ? attributes[PARENT] : undefined;
  return isRecord(parent) && typeof parent.task_sid === 'string' ? parent.task_sid : undefined;
}

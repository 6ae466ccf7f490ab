import { Manager } from '@twilio/flex-ui';

import { parentTaskSid } from '../attributes/parent';

const PATIENCE = 10_000;

/** Whether one more call made from the task comes to the agent within ten seconds. */
export function callArrives(manager: Manager, taskSid: string): Promise<boolean> {
  const before = callsOf(manager, taskSid);
  return new Promise((resolve) => {
    const end = (came: boolean) => {
      clearTimeout(timer);
      unsubscribe();
      resolve(came);
    };
    const timer = setTimeout(() => end(false), PATIENCE);
    const unsubscribe = manager.store.subscribe(() => {
      if (callsOf(manager, taskSid) > before) end(true);
    });
  });
}

function callsOf(manager: Manager, taskSid: string): number {
  const tasks = Array.from(manager.store.getState().flex.worker.tasks.values());
  return tasks.filter((task) => parentTaskSid(task.attributes) === taskSid).length;
}

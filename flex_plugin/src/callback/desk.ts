import { FlexState, ITask, Manager, TaskHelper, useFlexSelector } from '@twilio/flex-ui';

import { Desk } from './refusal';

/** The agent's desk as Flex has it now, for one task; the panel follows every change of it. */
export function useDesk(task: ITask): Desk {
  const manager = Manager.getInstance();
  return {
    mine: task.workerSid === manager.workerClient?.sid,
    accepted: task.status === 'accepted',
    offline: useFlexSelector((state) => isOffline(state, manager)),
    onCall: useFlexSelector(isOnCall),
  };
}

function isOffline({ flex }: FlexState, manager: Manager): boolean {
  return flex.worker.activity?.sid === manager.serviceConfiguration.taskrouter_offline_activity_sid;
}

// The same test as Flex's own before an outbound call: one that rings counts as well.
function isOnCall({ flex }: FlexState): boolean {
  const calls = Array.from(flex.worker.tasks.values()).filter((task) => TaskHelper.isCallTask(task));
  return calls.some((task) => task.status === 'accepted' || task.status === 'pending');
}

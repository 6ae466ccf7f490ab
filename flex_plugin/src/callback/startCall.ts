import { Actions, Manager, NotificationEvent, NotificationIds, Notifications } from '@twilio/flex-ui';

import { parentTaskSid } from '../attributes/parent';
import { OutboundCall } from './outboundCall';

export type CallResult = 'started' | 'noMicrophone' | 'diallingDisabled' | 'notStarted';

const PATIENCE = 10_000;

/**
 * Asks Flex to call and says what came of it. Flex resolves although no call exists where the microphone is
 * missing or voice is degraded, so a call counts as started only when its task has come.
 */
export async function startCall(call: OutboundCall, taskSid: string): Promise<CallResult> {
  const manager = Manager.getInstance();
  if (!isDiallingEnabled(manager)) return 'diallingDisabled';
  const before = callsOf(manager, taskSid).length;
  const microphone = watchMicrophone();
  try {
    await Actions.invokeAction('StartOutboundCall', call);
    if (microphone.missing()) return 'noMicrophone';
    return (await comes(manager, () => callsOf(manager, taskSid).length > before)) ? 'started' : 'notStarted';
  } catch {
    return 'notStarted';
  } finally {
    microphone.stop();
  }
}

function isDiallingEnabled(manager: Manager): boolean {
  const flows = manager.serviceConfiguration.outbound_call_flows as Record<string, { enabled?: boolean }> | undefined;
  return Object.values(flows ?? {}).some((flow) => flow?.enabled === true);
}

function callsOf(manager: Manager, taskSid: string): unknown[] {
  const tasks = Array.from(manager.store.getState().flex.worker.tasks.values());
  return tasks.filter((task) => parentTaskSid(task.attributes) === taskSid);
}

function comes(manager: Manager, seen: () => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (came: boolean) => {
      clearTimeout(timer);
      unsubscribe();
      resolve(came);
    };
    const timer = setTimeout(() => end(false), PATIENCE);
    const unsubscribe = manager.store.subscribe(() => seen() && end(true));
    if (seen()) end(true);
  });
}

function watchMicrophone(): { missing: () => boolean; stop: () => void } {
  let missing = false;
  const listener = (notification: { id: string }) => {
    missing = missing || notification.id === NotificationIds.NoInputDevice;
  };
  Notifications.addListener(NotificationEvent.beforeAddNotification, listener);
  return {
    missing: () => missing,
    stop: () => Notifications.removeListener(NotificationEvent.beforeAddNotification, listener),
  };
}

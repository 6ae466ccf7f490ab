import { Actions, Manager } from '@twilio/flex-ui';

import { callArrives } from './callArrives';
import { watchMicrophone } from './microphone';
import { OutboundCall } from './outboundCall';

export type CallResult = 'started' | 'noMicrophone' | 'diallingDisabled' | 'notStarted';

/**
 * Asks Flex to call and says what came of it. Flex's own promise is no sign: it resolves although the microphone
 * is missing or voice is degraded, and may hang when the call is lost. So a call has started when its task has come.
 */
export async function startCall(call: OutboundCall, taskSid: string): Promise<CallResult> {
  const manager = Manager.getInstance();
  if (!isDiallingEnabled(manager)) return 'diallingDisabled';
  const microphone = watchMicrophone();
  const arrived = callArrives(manager, taskSid).then((came): CallResult => (came ? 'started' : 'notStarted'));
  const asked = Actions.invokeAction('StartOutboundCall', call).then(
    () => (microphone.missing() ? 'noMicrophone' : arrived),
    () => 'notStarted' as const,
  );
  return Promise.race([arrived, asked]).finally(microphone.stop);
}

function isDiallingEnabled(manager: Manager): boolean {
  const flows = manager.serviceConfiguration.outbound_call_flows as Record<string, { enabled?: boolean }> | undefined;
  return Object.values(flows ?? {}).some((flow) => flow?.enabled === true);
}

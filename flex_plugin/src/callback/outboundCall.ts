import { PARENT } from '../attributes/parent';
import { isRecord } from '../attributes/record';
import { Session } from '../attributes/session';
import { Config } from '../config/config';

/** What Flex's action `StartOutboundCall` takes. Where queue or caller id is missing it uses the account's default. */
export interface OutboundCall {
  destination: string;
  callerId?: string;
  queueSid?: string;
  taskAttributes: object;
}

/**
 * The call that Flex is asked to start. Its attributes name the task it belongs to and never hold that task's
 * `ussd` object: the bridge finds a submission's one task by it.
 */
export function outboundCall(session: Session, task: CalledTask, config: Config): OutboundCall {
  return {
    destination: session.number as string,
    callerId: config.caller_id,
    queueSid: config.queue_sid,
    taskAttributes: {
      name: session.reference,
      [PARENT]: { reference: session.reference, task_sid: task.taskSid },
      conversations: { conversation_id: conversationId(task) },
    },
  };
}

export interface CalledTask {
  taskSid: string;
  attributes: unknown;
}

// Flex Insights joins segments by this id; a task without one stands under its own sid.
function conversationId(task: CalledTask): string {
  const conversations = isRecord(task.attributes) ? task.attributes.conversations : undefined;
  const id = isRecord(conversations) ? conversations.conversation_id : undefined;
  return typeof id === 'string' && id ? id : task.taskSid;
}

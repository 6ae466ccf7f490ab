import { Notifications, NotificationType } from '@twilio/flex-ui';

import { CALL_MESSAGES, NOTE_NOT_SAVED } from './messages';

/** Tells Flex our messages. They stay until the agent closes them: a call that did not start must be seen. */
export function registerNotifications(): void {
  for (const id of [...Object.values(CALL_MESSAGES), NOTE_NOT_SAVED]) {
    Notifications.registerNotification({ id, content: id, type: NotificationType.error, timeout: 0, closeButton: true });
  }
}

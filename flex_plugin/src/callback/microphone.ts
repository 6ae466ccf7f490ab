import { NotificationEvent, NotificationIds, Notifications } from '@twilio/flex-ui';

interface Watch {
  missing: () => boolean;
  stop: () => void;
}

/** Flex tells of a missing microphone by a notification of its own and in no other way. */
export function watchMicrophone(): Watch {
  let missing = false;
  const listener = ({ id }: { id: string }) => {
    missing = missing || id === NotificationIds.NoInputDevice;
  };
  Notifications.addListener(NotificationEvent.beforeAddNotification, listener);
  return {
    missing: () => missing,
    stop: () => Notifications.removeListener(NotificationEvent.beforeAddNotification, listener),
  };
}

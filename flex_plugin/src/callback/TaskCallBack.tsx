import { ITask, Notifications } from '@twilio/flex-ui';
import React, { useState } from 'react';

import { Session } from '../attributes/session';
import { Environment } from '../environment';
import { CALL_MESSAGES } from '../notifications/messages';
import { CallBack } from './CallBack';
import { useDesk } from './desk';
import { outboundCall } from './outboundCall';
import { refusal } from './refusal';
import { saveAttempt, saveOutcome } from './saveNote';
import { startCall } from './startCall';

interface Props {
  task: ITask;
  session: Session;
  environment: Environment;
}

/** The call-back of one task in Flex. */
export function TaskCallBack({ task, session, environment }: Props): JSX.Element {
  const desk = useDesk(task);
  const [calling, setCalling] = useState(false);
  const call = async () => {
    setCalling(true);
    await callBack(task, session, environment);
    setCalling(false);
  };
  return (
    <CallBack
      session={session}
      refusal={refusal(session, desk)}
      calling={calling}
      onCall={call}
      onOutcome={desk.mine ? (outcome) => saveOutcome(task, outcome) : undefined}
      localeTag={environment.localeTag}
      say={environment.say}
    />
  );
}

async function callBack(task: ITask, session: Session, { config }: Environment): Promise<void> {
  const result = await startCall(outboundCall(session, task, config), task.taskSid);
  if (result === 'started') await saveAttempt(task);
  else Notifications.showNotification(CALL_MESSAGES[result]);
}

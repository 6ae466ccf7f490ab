import { ITask } from '@twilio/flex-ui';
import React from 'react';

import { readSession } from '../attributes/readSession';
import { TaskCallBack } from '../callback/TaskCallBack';
import { Environment } from '../environment';
import { createdAt } from './created';
import { SessionPanel } from './SessionPanel';
import { useNow } from './useNow';

/** Flex hands every component of a task panel its task. */
interface Props {
  environment: Environment;
  task?: ITask;
}

export function TaskPanel({ environment, task }: Props): JSX.Element | null {
  const now = useNow();
  if (!task) return null;
  const session = readSession(task.attributes);
  const { say, localeTag } = environment;
  return (
    <SessionPanel session={session} created={createdAt(task)} now={now} localeTag={localeTag} say={say}>
      <TaskCallBack key={task.sid} task={task} session={session} environment={environment} />
    </SessionPanel>
  );
}

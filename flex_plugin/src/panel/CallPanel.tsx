import { FlexState, ITask, useFlexSelector } from '@twilio/flex-ui';
import React from 'react';

import { parentTaskSid } from '../attributes/parent';
import { readSession } from '../attributes/readSession';
import { OutcomeChoice } from '../callback/OutcomeChoice';
import { saveOutcome } from '../callback/saveNote';
import { Environment } from '../environment';
import { createdAt } from './created';
import { SessionPanel } from './SessionPanel';
import { useNow } from './useNow';

interface Props {
  environment: Environment;
  task?: ITask;
}

/** On the outbound call: the session it belongs to, so that the agent has the answers at hand while talking. */
export function CallPanel({ environment, task }: Props): JSX.Element | null {
  const now = useNow();
  const called = useFlexSelector((state) => taskBySid(state, parentTaskSid(task?.attributes)));
  if (!called) return null;
  const session = readSession(called.attributes);
  const { say, localeTag } = environment;
  return (
    <SessionPanel session={session} created={createdAt(called)} now={now} localeTag={localeTag} say={say}>
      <OutcomeChoice note={session.note} onChoose={(outcome) => saveOutcome(called, outcome)} localeTag={localeTag} say={say} />
    </SessionPanel>
  );
}

function taskBySid({ flex }: FlexState, taskSid: string | undefined): ITask | undefined {
  if (!taskSid) return undefined;
  const tasks: ITask[] = Array.from(flex.worker.tasks.values());
  return tasks.find((task) => task.taskSid === taskSid);
}

import * as Flex from '@twilio/flex-ui';
import React from 'react';

import { isSession, TaskLike } from '../attributes/isSession';
import { parentTaskSid } from '../attributes/parent';
import { Environment } from '../environment';
import { CallPanel } from './CallPanel';
import { TaskPanel } from './TaskPanel';

interface Shown {
  task?: TaskLike;
}

/** Puts the panel first in the task's information, the agent's and the supervisor's, and on calls made from it. */
export function registerPanel(environment: Environment): void {
  const ours = { sortOrder: -1, if: ({ task }: Shown) => isSession(task, environment.config.channel) };
  const calls = { sortOrder: -1, if: ({ task }: Shown) => parentTaskSid(task?.attributes) !== undefined };
  Flex.TaskInfoPanel.Content.add(<TaskPanel key="ussd-panel" environment={environment} />, ours);
  Flex.TaskInfoPanel.Content.add(<CallPanel key="ussd-call-panel" environment={environment} />, calls);
  Flex.Supervisor.TaskInfoPanel.Content.add(<TaskPanel key="ussd-panel" environment={environment} />, ours);
}

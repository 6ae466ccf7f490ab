import * as Flex from '@twilio/flex-ui';
import React from 'react';

import { isSession, TaskLike } from '../attributes/isSession';
import { Environment } from '../environment';
import { TaskPanel } from './TaskPanel';

/** Puts the panel first in the task's information, the agent's and the supervisor's. */
export function registerPanel(environment: Environment): void {
  const options = {
    sortOrder: -1,
    if: ({ task }: { task?: TaskLike }) => isSession(task, environment.config.channel),
  };
  Flex.TaskInfoPanel.Content.add(<TaskPanel key="ussd-panel" environment={environment} />, options);
  Flex.Supervisor.TaskInfoPanel.Content.add(<TaskPanel key="ussd-panel" environment={environment} />, options);
}

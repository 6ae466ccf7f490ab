import { DefaultTaskChannels, ITask, TaskChannelDefinition, TaskChannels } from '@twilio/flex-ui';

import { isSession } from '../attributes/isSession';
import { Environment } from '../environment';
import { icon } from './icon';
import { titleOf, waitingLine } from './titles';

/** Tells Flex how a USSD task looks in every list, header and card, for agents and supervisors. */
export function registerChannel(environment: Environment): void {
  const definition = DefaultTaskChannels.createDefaultTaskChannel(
    'ussd',
    (task) => isOurChannel(task, environment),
    icon(environment.config.colour),
    icon(environment.config.colour),
    environment.config.colour,
  );
  definition.templates = templates(environment);
  TaskChannels.register(definition);
}

// On the voice channel Flex needs a definition that can take calls, even for a task of ours.
function isOurChannel(task: ITask, { config }: Environment): boolean {
  if (task.taskChannelUniqueName === config.channel) return true;
  return task.taskChannelUniqueName !== 'voice' && isSession(task, config.channel);
}

function templates(environment: Environment): TaskChannelDefinition['templates'] {
  const title = (task: ITask) => titleOf(task, environment);
  const waiting = (task: ITask) => waitingLine(task, environment);
  const lines = { firstLine: title, secondLine: waiting };
  const header = { title, secondLine: waiting };
  // Flex's own text below the panel shows the caller's number where a task has no name.
  const info = { content: 'UssdTaskContext' };
  return {
    TaskListItem: lines,
    IncomingTaskCanvas: lines,
    CallCanvas: lines,
    TaskCard: lines,
    TaskCanvasHeader: { ...header, endButton },
    TaskInfoPanel: info,
    Supervisor: { TaskCanvasHeader: header, TaskInfoPanel: info, TaskOverviewCanvas: lines },
  };
}

const endButton = {
  Assigned: 'TaskHeaderComplete',
  Accepted: 'TaskHeaderComplete',
  Wrapping: 'TaskHeaderWrapup',
};

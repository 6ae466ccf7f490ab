import { DefaultTaskChannels, ITask, TaskChannelDefinition, TaskChannels } from '@twilio/flex-ui';

import { parentTaskSid } from '../attributes/parent';
import { plain, shorten } from '../attributes/plain';
import { record } from '../attributes/record';
import { Environment } from '../environment';

const WIDEST = 16;

/** A call made from a USSD task shows that task's reference where Flex would show the caller's number. */
export function registerCallChannel(environment: Environment): void {
  const definition = DefaultTaskChannels.createCallTaskChannel('ussd-call', isOurCall);
  definition.templates = withTitle(definition.templates ?? {}, (task) => titleOf(task, environment));
  TaskChannels.register(definition);
}

function isOurCall(task: ITask): boolean {
  return task.taskChannelUniqueName === 'voice' && parentTaskSid(task.attributes) !== undefined;
}

function titleOf(task: ITask, { say }: Environment): string {
  const reference = plain(record(task.attributes).name);
  return [say('UssdCallBackTitle'), reference && shorten(reference, WIDEST)].filter(Boolean).join(' · ');
}

type Templates = NonNullable<TaskChannelDefinition['templates']>;

function withTitle(templates: Templates, title: (task: ITask) => string): Templates {
  return {
    ...templates,
    TaskListItem: { ...templates.TaskListItem, firstLine: title },
    IncomingTaskCanvas: { ...templates.IncomingTaskCanvas, firstLine: title },
    ConnectingOutboundCallCanvas: { ...templates.ConnectingOutboundCallCanvas, firstLine: title },
    CallCanvas: { ...templates.CallCanvas, firstLine: title },
    TaskCanvasHeader: { ...templates.TaskCanvasHeader, title },
    TaskCard: { ...templates.TaskCard, firstLine: title },
    TaskInfoPanel: { content: 'UssdTaskContext' },
    Supervisor: {
      ...templates.Supervisor,
      TaskCanvasHeader: { ...templates.Supervisor?.TaskCanvasHeader, title },
      TaskInfoPanel: { content: 'UssdTaskContext' },
      TaskOverviewCanvas: { ...templates.Supervisor?.TaskOverviewCanvas, firstLine: title },
    },
  };
}

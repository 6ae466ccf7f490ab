import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributes, number, reference } from './support/attributes.mjs';
import { atDesk } from './support/desk.mjs';

// The teams view lives on Twilio Sync, which the fake does not have. So the real component that it shows a task with
// is mounted by itself, with a task of another agent as Sync describes it.
test('a supervisor reads another agent’s session and is not offered to call', () =>
  atDesk({}, async (agent) => {
    await agent.page.evaluate(mountSupervisorsPanel, { ...task, attributes });
    await agent.panel.getByText('This task belongs to another agent.').waitFor();
    assert.equal((await agent.facts()).Reference, reference);
    assert.equal(await agent.callBack.isDisabled(), true);
    assert.equal((await agent.page.content()).includes(number), false);
    await agent.screenshot('supervisor');
    await agent.page.evaluate(() => window.Twilio.Flex.MainContainer.Content.remove('supervisor'));
  }));

const task = {
  sid: `WR${'9'.repeat(32)}`,
  taskSid: `WT${'9'.repeat(32)}`,
  workerSid: `WK${'9'.repeat(32)}`,
  status: 'accepted',
  taskChannelUniqueName: 'ussd',
  queueName: 'Everyone',
  priority: 0,
};

function mountSupervisorsPanel(supervised) {
  const { Twilio, React } = window;
  const { Flex } = Twilio;
  const shown = { ...supervised, dateCreated: new Date(), dateUpdated: new Date() };
  const context = { task: shown, channelDefinition: Flex.TaskChannels.getForTask(shown) };
  const panel = React.createElement(Flex.Supervisor.TaskInfoPanel, { task: shown });
  const place = React.createElement(Flex.TaskContext.Provider, { value: context, key: 'supervisor' }, panel);
  Flex.MainContainer.Content.add(place, { sortOrder: -1 });
}

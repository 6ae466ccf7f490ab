import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributes, reference } from './support/attributes.mjs';
import { atDesk } from './support/desk.mjs';

const CALLER_ID = '+15005550009';
const QUEUE = `WQ${'a'.repeat(32)}`;

const CHOSEN = { caller_id: CALLER_ID, queue_sid: QUEUE, title: ['location'] };
const WRONG = { queue_sid: 'all', title: 'location', colour: '#123456', speed: 2 };

test('the account’s settings choose title, caller id and queue; a call that never starts is a message', () =>
  atDesk({ losesCalls: true, features: { ussd: CHOSEN } }, async (agent) => {
    const { task } = await agent.accept(attributes);
    await agent.page.getByRole('heading', { name: `${reference} · ${attributes.location}` }).first().waitFor();
    await agent.callBack.click();
    const posted = await agent.posted('/Tasks');
    assert.deepEqual([posted.TaskQueueSid, posted.Attributes.from], [QUEUE, CALLER_ID]);
    await agent.panel.getByText('Calling…').waitFor();
    await agent.dismiss('The call did not start. Check your microphone');
    assert.equal(agent.taskRouter.postsTo(`/Tasks/${task.sid}`).length, 0, 'no attempt is counted');
    assert.equal(await agent.callBack.isEnabled(), true, 'the agent can try again');
  }));

test('wrong settings are named once in the console, and dialling that is off is a message', () =>
  atDesk({ dialling: false, features: { ussd: WRONG } }, async (agent) => {
    const reports = agent.console.filter(({ text }) => text.startsWith('plugin-ussd:'));
    assert.equal(reports.length, 1);
    assert.match(reports[0].text, /queue_sid: expected .*title: expected .*speed: no such setting/);
    assert.doesNotMatch(reports[0].text, /colour|all/);
    await agent.accept(attributes);
    await agent.callBack.click();
    await agent.dismiss('outbound calls are switched off in this Flex account');
    assert.equal(agent.taskRouter.postsTo('/Tasks').length, 0);
  }));

test('a plugin that is switched off changes nothing', () =>
  atDesk({ features: { ussd: { enabled: false } } }, async (agent) => {
    await agent.accept(attributes);
    await agent.page.getByText('Customer context').waitFor();
    assert.equal(await agent.panel.count(), 0);
  }));

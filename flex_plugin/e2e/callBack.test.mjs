import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributes, number, reference } from './support/attributes.mjs';
import { waitFor } from './support/agent.mjs';
import { atDesk } from './support/desk.mjs';

test('the number stays hidden until the agent asks for it', () =>
  atDesk({}, async (agent) => {
    await agent.accept(attributes);
    await agent.panel.getByText(`hidden, ends in ${number.slice(-2)}`).waitFor();
    assert.equal(await agent.panel.getByText(number).count(), 0);
    await agent.panel.getByRole('button', { name: 'Show number' }).click();
    await agent.panel.getByText(number).waitFor();
    await agent.panel.getByRole('button', { name: 'Hide number' }).click();
    assert.equal(await agent.panel.getByText(number).count(), 0);
  }));

test('one click on “Call back” dials, and the call is linked to the session', () =>
  atDesk({}, async (agent) => {
    const { task } = await agent.accept(attributes);
    await agent.callBack.waitFor();
    assert.equal(await agent.callBack.count(), 1);
    await agent.callBack.click();
    await agent.posted('/Tasks');
    // The note of the attempt may be posted right behind the call.
    const posted = agent.taskRouter.postsTo('/Tasks').find((post) => post.TaskChannelUniqueName === 'voice');
    assert.ok(posted, 'a voice task');
    const { outbound_to, direction, from, ...ours } = posted.Attributes;
    assert.deepEqual([outbound_to, direction, from], [number, 'outbound', '+15005550006']);
    assert.deepEqual(ours, {
      name: reference,
      ussd_parent: { reference, task_sid: task.sid },
      conversations: { conversation_id: attributes.conversations.conversation_id },
    });
    await agent.page.getByRole('heading', { name: `Call back · ${reference}` }).first().waitFor();
  }));

test('while the call lasts the agent has the answers at hand and notes the outcome', () =>
  atDesk({}, async (agent) => {
    const { task } = await agent.accept(attributes);
    await agent.callBack.click();
    const attempt = await agent.posted(`/Tasks/${task.sid}`);
    assert.equal(attempt.Attributes.ussd_callback.attempts, 1);
    await agent.page.getByRole('button', { name: 'Info' }).first().click();
    await agent.panel.getByText(attributes.ussd.answers[0].label).waitFor();
    assert.equal(await agent.callBack.count(), 0, 'there is nothing to dial on a call');
    await agent.picture('on-the-call');
    await agent.panel.getByRole('button', { name: 'No answer' }).click();
    const { Attributes: noted } = await agent.posted(`/Tasks/${task.sid}`, 2);
    assertNoted(noted, 'no_answer', 1);
  }));

test('after the call the outcome stands in the task, and a second call counts as one more', () =>
  atDesk({}, async (agent) => {
    const { task } = await agent.accept(attributes);
    await callAndHangUp(agent, task, 1);
    await agent.panel.getByRole('button', { name: 'Busy' }).click();
    await agent.panel.getByText(/Calls made: 1\. Noted: Busy, /).waitFor();
    await waitFor(() => isPressed(agent, 'Busy'), 'the outcome to be marked');
    await agent.picture('outcome');
    await callAndHangUp(agent, task, 3);
    await agent.panel.getByText('Calls made: 2').waitFor();
    assert.equal(await isPressed(agent, 'Busy'), false, 'a new call has no outcome yet');
    await agent.panel.getByRole('button', { name: 'Reached' }).click();
    assertNoted((await agent.posted(`/Tasks/${task.sid}`, 4)).Attributes, 'reached', 2);
  }));

test('a note that cannot be saved is a message', () =>
  atDesk({}, async (agent) => {
    const { task } = await agent.accept(attributes);
    await callAndHangUp(agent, task, 1);
    agent.taskRouter.refusesAttributes = true;
    await agent.panel.getByRole('button', { name: 'Reached' }).click();
    await agent.dismiss('The note about the call was not saved.');
    agent.taskRouter.refusesAttributes = false;
  }));

function isPressed(agent, outcome) {
  return agent.panel.getByRole('button', { name: outcome, pressed: true }).isVisible();
}

async function callAndHangUp(agent, task, posts) {
  await agent.callBack.click();
  await agent.posted(`/Tasks/${task.sid}`, posts);
  agent.taskRouter.hangUp();
  await agent.open(new RegExp(`^${reference}`));
  await waitFor(() => agent.callBack.isEnabled(), 'the call to end');
}

function assertNoted(noted, outcome, attempts) {
  assert.equal(noted.ussd_callback.outcome, outcome);
  assert.equal(noted.ussd_callback.attempts, attempts);
  assert.ok(Date.now() - Date.parse(noted.ussd_callback.at) < 60_000);
  assert.equal(noted.conversations.outcome, outcome.replace('_', ' '));
  assert.deepEqual(noted.ussd, attributes.ussd, 'what the bridge wrote is untouched');
}

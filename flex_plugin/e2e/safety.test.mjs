import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributes, changed, notSafe, notWanted, number } from './support/attributes.mjs';
import { waitFor } from './support/agent.mjs';
import { atDesk } from './support/desk.mjs';

test('a caller who said that calling is not safe has a red sign and no button', () =>
  atDesk({}, async (agent) => {
    await agent.accept(notSafe());
    await agent.panel.getByRole('alert').getByText('Not safe to call').waitFor();
    assert.equal(await agent.callBack.count(), 0);
    assert.equal(await agent.page.getByRole('button', { name: 'Show number' }).count(), 0);
    await agent.picture('not-safe');
  }));

test('a number that came along does not open the way to a caller who is not safe', () =>
  atDesk({}, async (agent) => {
    await agent.accept({ ...notSafe(), from: number });
    await agent.panel.getByText('Not safe to call').waitFor();
    assert.equal(await agent.callBack.count(), 0);
    assert.equal((await agent.page.content()).includes(number), false);
  }));

test('one “no” among the answers outweighs a “yes” elsewhere', () =>
  atDesk({}, async (agent) => {
    await agent.accept(changed({}, { answers: notSafe().ussd.answers }));
    await agent.panel.getByText('Not safe to call').waitFor();
    assert.equal(await agent.callBack.count(), 0);
  }));

test('a caller who does not want a call back is not called', () =>
  atDesk({}, async (agent) => {
    await agent.accept(notWanted());
    await agent.panel.getByText('The caller does not want a call back.').waitFor();
    assert.equal(await agent.callBack.isDisabled(), true);
    await agent.screenshot('not-wanted');
  }));

test('an agent who is offline, or on another call, does not call', () =>
  atDesk({}, async (agent) => {
    await agent.accept(attributes);
    await waitFor(() => agent.callBack.isEnabled(), 'the button');
    agent.taskRouter.changeActivity('Offline');
    await agent.panel.getByText('You are offline. Change your status to call.').waitFor();
    assert.equal(await agent.callBack.isDisabled(), true);
    await agent.screenshot('offline');
    agent.taskRouter.changeActivity('Available');
    await waitFor(() => agent.callBack.isEnabled(), 'the button');
    agent.taskRouter.offer({ attributes: { from: '+15005550001', call_sid: `CA${'0'.repeat(32)}` }, channel: 'voice' });
    await agent.panel.getByText('You are on another call.').waitFor();
    assert.equal(await agent.callBack.isDisabled(), true);
  }));

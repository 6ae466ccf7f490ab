import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributes, changed, erased, number, partial, reference } from './support/attributes.mjs';
import { waitFor } from './support/agent.mjs';
import { atDesk } from './support/desk.mjs';

const TITLE = `${reference} · ${attributes.support_type} · ${attributes.location}`;

test('a session is offered, accepted, read and completed', () =>
  atDesk({}, async (agent) => {
    agent.taskRouter.offer({ attributes, age: 12 * 60 + 30 });
    await agent.page.getByRole('heading', { name: TITLE }).first().waitFor();
    await agent.page.getByText(`${attributes.language} · Waiting 12 min`).first().waitFor();
    await agent.picture('offered', 160);
    await agent.page.getByRole('button', { name: /^Accept incoming/ }).click();
    await agent.panel.waitFor();
    assert.equal((await agent.posted('/Reservations/')).ReservationStatus, 'accepted');
    await assertWholeSession(agent);
    await agent.picture('panel');
    await agent.page.getByRole('button', { name: 'Complete' }).click();
    assert.equal((await agent.posted('/Reservations/', 2)).ReservationStatus, 'completed');
    await agent.panel.waitFor({ state: 'detached' });
    assert.deepEqual(agent.crashes(), []);
  }));

async function assertWholeSession(agent) {
  const facts = await agent.facts();
  for (const { label, value_label } of attributes.ussd.answers) assert.equal(facts[label], value_label);
  const order = (await agent.panel.getByRole('term').allTextContents()).slice(0, attributes.ussd.answers.length);
  assert.deepEqual(order, attributes.ussd.answers.map(({ label }) => label));
  assert.equal(facts.Reference, reference);
  assert.equal(facts.Gateway, attributes.ussd.gateway);
  assert.equal(facts['Code dialled'], attributes.to);
  assert.equal(facts.Age, '12 min');
  const badges = await agent.panel.getByRole('listitem').allTextContents();
  assert.ok(badges.includes(attributes.language) && badges.includes('Wants a call back') && badges.includes('Complete'));
  assert.equal(await agent.panel.getByRole('note').count(), 0, 'nothing is missing');
  assert.equal((await agent.page.content()).includes(number), false, 'the number is nowhere on the page');
}

test('a session can be read before it is accepted, but not called', () =>
  atDesk({}, async (agent) => {
    agent.taskRouter.offer({ attributes, age: 90 });
    await agent.open(TITLE);
    await agent.page.getByRole('paragraph').filter({ hasText: TITLE }).waitFor();
    await agent.screenshot('incoming');
    await agent.page.getByRole('button', { name: 'Info' }).first().click();
    await agent.panel.getByText('Accept the task first.').waitFor();
    assert.equal(await agent.callBack.isDisabled(), true);
  }));

test('a partial, simulated session says so and offers no call', () =>
  atDesk({}, async (agent) => {
    const session = partial();
    session.ussd.simulated = true;
    await agent.accept(session);
    await agent.panel.getByText('Partial: the session ended early').waitFor();
    await agent.panel.getByText('Simulated: not a real caller').waitFor();
    assert.equal(await agent.callBack.isDisabled(), true);
    await agent.panel.getByText('The caller has not asked for a call back.').waitFor();
    await agent.screenshot('partial');
  }));

test('a partial session that becomes complete changes before the agent’s eyes', () =>
  atDesk({}, async (agent) => {
    const reservation = await agent.accept(partial());
    await agent.panel.getByText('Partial: the session ended early').waitFor();
    agent.taskRouter.rewrite(reservation, attributes);
    await agent.panel.getByText('Wants a call back').waitFor();
    await waitFor(() => agent.callBack.isEnabled(), 'the button to become enabled');
  }));

test('what the bridge wrote a moment ago stays when the agent notes something', () =>
  atDesk({}, async (agent) => {
    const reservation = await agent.accept({ ...changed({}, { complete: false }), ussd_callback: { attempts: 1 } });
    await agent.panel.getByText('Partial: the session ended early').waitFor();
    agent.taskRouter.rewriteUnheard(reservation, { ...attributes, ussd_callback: { attempts: 1 }, theirs: 7 });
    await agent.panel.getByRole('button', { name: 'Reached' }).click();
    const { Attributes: noted } = await agent.posted(`/Tasks/${reservation.task.sid}`);
    assert.deepEqual([noted.ussd, noted.theirs], [attributes.ussd, 7]);
    assert.equal(noted.ussd_callback.outcome, 'reached');
    await agent.panel.getByText('Complete', { exact: true }).waitFor();
  }));

test('a session that was erased says so, and no note brings it back', () =>
  atDesk({}, async (agent) => {
    const reservation = await agent.accept({ ...attributes, ussd_callback: { attempts: 1 } });
    await agent.panel.getByRole('button', { name: 'Busy' }).waitFor();
    agent.taskRouter.rewriteUnheard(reservation, erased());
    await agent.panel.getByRole('button', { name: 'Busy' }).click();
    await agent.panel.getByText('The caller’s words were erased on request.').waitFor();
    assert.deepEqual(agent.taskRouter.postsTo(`/Tasks/${reservation.task.sid}`), []);
    await agent.page.getByRole('heading', { name: reference, exact: true }).first().waitFor();
    assert.equal(await agent.callBack.count(), 0);
    assert.deepEqual(await agent.facts(), {});
    assert.deepEqual(await agent.accessibilityFaults(), []);
    await agent.screenshot('erased');
  }));

test('any menu’s questions show, and the first two answers make the title', () =>
  atDesk({}, async (agent) => {
    const answers = [
      { name: 'crop', label: 'Which crop?', value: 'millet', value_label: 'Millet' },
      { name: 'hectares', label: 'How many hectares?', value: '12', value_label: '12' },
      { name: 'pest', label: 'Which pest?', value: '7', value_label: '7', unknown: true },
    ];
    const flat = { support_type: undefined, location: undefined };
    await agent.accept(changed(flat, { menu: 'harvest', answers }));
    await agent.panel.waitFor();
    await agent.page.getByRole('heading', { name: `${reference} · Millet · 12` }).first().waitFor();
    assert.equal((await agent.facts())['Which pest?'], '7 (not in the menu)');
  }));

test('a task of another kind is left alone', () =>
  atDesk({}, async (agent) => {
    const other = { name: 'Amina', support_type: 'Shelter', location: 'Thies' };
    await agent.accept(other, { channel: 'default' });
    await agent.page.getByText('Customer context').waitFor();
    await agent.page.getByRole('heading', { name: 'Amina' }).first().waitFor();
    assert.equal(await agent.panel.count(), 0);
    assert.equal(await agent.callBack.count(), 0);
  }));

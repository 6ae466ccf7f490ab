import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributes, number, reference } from './support/attributes.mjs';
import { atDesk } from './support/desk.mjs';

const called = { ...attributes, ussd_callback: { attempts: 2, outcome: 'busy', at: '2026-11-20T10:00:00Z' } };

test('a supervisor reads a colleague’s session in the teams view and is not offered to call or to note', () =>
  atDesk({ roles: ['supervisor'], team: [called] }, async (agent) => {
    await agent.page.getByRole('link', { name: 'Teams' }).click();
    const title = `${reference} · ${attributes.support_type} · ${attributes.location}`;
    await agent.page.getByRole('button', { name: title }).click();
    await agent.panel.getByText('This task belongs to another agent.').waitFor();
    assert.equal((await agent.facts()).Reference, reference);
    assert.equal(await agent.callBack.isDisabled(), true);
    await agent.panel.getByText('Calls made: 2. Noted: Busy, ').waitFor();
    assert.equal(await agent.panel.getByRole('button', { name: 'Reached' }).count(), 0);
    assert.equal((await agent.page.content()).includes(number), false);
    assert.deepEqual(agent.crashes(), []);
    await agent.screenshot('supervisor');
    await agent.page.getByRole('link', { name: 'Agent Desktop' }).click();
  }));

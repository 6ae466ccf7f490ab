import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributes, changed, number, reference } from './support/attributes.mjs';
import { atDesk } from './support/desk.mjs';

const SCRIPT = '<img src=x onerror="window.hurt = true"><script>window.hurt = true</script>{{task.attributes.from}}';

test('markup in every place is shown as text and runs nowhere', () =>
  atDesk({}, async (agent) => {
    const answers = [{ name: SCRIPT, label: SCRIPT, value: SCRIPT, value_label: SCRIPT }];
    const ussd = { reference: SCRIPT, gateway: SCRIPT, menu: SCRIPT, language: SCRIPT, answers };
    const flat = { name: SCRIPT, to: SCRIPT, language: SCRIPT, location: SCRIPT, support_type: SCRIPT };
    await agent.accept(changed(flat, ussd));
    await agent.panel.getByText('<img src=x').first().waitFor();
    await agent.panel.getByText('Missing: the reference').waitFor();
    assert.equal(await agent.page.evaluate(() => window['hurt']), undefined);
    assert.equal((await agent.page.content()).includes(number), false, 'no template was filled in');
    await agent.screenshot('hostile');
  }));

test('ten thousand characters, and marks that turn text around, leave the panel readable', () =>
  atDesk({}, async (agent) => {
    const value_label = `\u202Ekcab ${'long '.repeat(2000)}`;
    const answers = [{ name: 'story', label: 'Your story', value: 'x', value_label }];
    await agent.accept(changed({ location: value_label, language: value_label }, { answers }));
    await agent.panel.getByText('Some answers are not shown whole.').waitFor();
    const shown = (await agent.facts())['Your story'];
    assert.ok(shown.length <= 500 && shown.endsWith('…') && shown.startsWith('kcab long'));
    const title = await agent.page.getByRole('heading', { name: reference, level: 4 }).first().textContent();
    assert.ok(title.length < 120 && !title.includes('\u202E'));
    assert.equal(await overflows(agent), false);
  }));

const DAMAGED = {
  'an empty object': {},
  'nothing but our channel’s name': { channel: 'ussd' },
  'an object of ours that is a list': { ussd: [1, 2, 3] },
  'an object of ours that is a text': { ussd: 'yes', name: 'constructor' },
  'answers that are no list': changed({}, { answers: 'none' }),
  'answers of every wrong kind': changed({}, { answers: [null, 1, 'x', [], {}, { name: 1, label: {}, value: [] }] }),
  'wrong kinds everywhere': changed(
    { from: {}, to: [], language: 7, name: {}, conversations: 'x', ussd_callback: [] },
    { reference: 7, gateway: {}, complete: 'maybe', callback: 'perhaps', safe_to_call: {} },
  ),
};

for (const [what, damaged] of Object.entries(DAMAGED)) {
  test(`a task with ${what} still opens, says what is missing and offers no call`, () =>
    atDesk({}, async (agent) => {
      await agent.accept(damaged);
      await agent.panel.getByRole('note').waitFor();
      assert.match(await agent.panel.getByRole('note').textContent(), /Missing: |not shown whole/);
      if (damaged.ussd !== undefined && damaged.ussd.callback === true) return;
      assert.equal(await agent.callBack.isEnabled(), false);
      assert.deepEqual(agent.crashes(), []);
    }));
}

test('a task from before the bridge shows its flat answers and is not called', () =>
  atDesk({}, async (agent) => {
    const { ussd, name, conversations, ...old } = attributes;
    await agent.accept(old);
    await agent.panel.getByText('We do not know whether it is safe to call.').waitFor();
    const facts = await agent.facts();
    assert.deepEqual([facts.location, facts['support type']], [attributes.location, attributes.support_type]);
    assert.equal((await agent.page.content()).includes(number), false, 'Flex’s own text does not show the number either');
  }));

function overflows(agent) {
  return agent.panel.evaluate((panel) => panel.scrollWidth > panel.clientWidth);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attributes, changed, notSafe, reference } from './support/attributes.mjs';
import { atDesk } from './support/desk.mjs';

const STATES = {
  'a session to call back': attributes,
  'a session that was called': { ...attributes, ussd_callback: { attempts: 1, outcome: 'busy', at: '2026-11-20T10:00:00Z' } },
  'a session not safe to call': notSafe(),
  'a session with parts missing': changed({}, { answers: [], simulated: true, complete: false }),
};

const ENGLISH = {};
const FRENCH = {
  theme: 'dark',
  language: 'fr-FR',
  timezoneId: 'Asia/Tokyo',
  // The kind of worker that calls from the browser, where Flex looks for a microphone.
  workerAttributes: { contact_uri: 'client:agent' },
};

for (const [theme, options] of Object.entries({ light: ENGLISH, dark: FRENCH })) {
  for (const [what, session] of Object.entries(STATES)) {
    test(`${what} has no accessibility faults in the ${theme} theme`, () =>
      atDesk(options, async (agent) => {
        await agent.accept(session);
        await agent.panel.waitFor();
        await agent.screenshot(`${theme}-${what.replace(/ /g, '-')}`);
        assert.deepEqual(await agent.accessibilityFaults(), []);
      }));
  }
}

test('the keyboard reaches what can be done, in reading order', () =>
  atDesk(ENGLISH, async (agent) => {
    await agent.accept({ ...attributes, ussd_callback: { attempts: 1 } });
    await agent.panel.getByRole('button', { name: 'Show number' }).focus();
    assert.deepEqual(await tabbed(agent, 6), ['Call back', 'Reached', 'No answer', 'Busy', 'Wrong person', 'Try later']);
    await agent.callBack.focus();
    await agent.page.keyboard.press('Enter');
    await agent.posted('/Tasks');
  }));

async function tabbed(agent, times) {
  const names = [];
  for (let time = 0; time < times; time += 1) {
    await agent.page.keyboard.press('Tab');
    names.push(await agent.page.evaluate(() => document.activeElement.textContent));
  }
  return names;
}

test('an agent whose Flex speaks French reads French, in their own time zone', () =>
  atDesk(FRENCH, async (agent) => {
    await agent.accept({ ...attributes, ussd_callback: { attempts: 1, outcome: 'reached', at: '2026-11-20T20:00:00Z' } });
    await agent.panel.getByText('Souhaite être rappelé').waitFor();
    await agent.panel.getByText('Appels passés : 1. Noté : Joint, 21 nov. 2026, 05:00').waitFor();
    assert.equal((await agent.facts())['Référence'], reference);
  }));

test('the panel reads on 320 pixels', () =>
  atDesk(FRENCH, async (agent) => {
    await agent.page.setViewportSize({ width: 320, height: 800 });
    await agent.accept({ ...attributes, ussd_callback: { attempts: 1 } });
    await agent.panel.waitFor();
    const [needed, given] = await agent.panel.evaluate((panel) => [panel.scrollWidth, panel.clientWidth]);
    assert.ok(needed <= given && given <= 320, `${needed} of ${given} pixels`);
    await agent.screenshot('french-320');
    await agent.page.setViewportSize({ width: 1280, height: 900 });
  }));

test('a missing microphone is a message, and no attempt is counted', () =>
  atDesk(FRENCH, async (agent) => {
    await agent.accept(attributes);
    await agent.page.getByRole('button', { name: 'Rappeler', exact: true }).click();
    await agent.page.getByText('aucun microphone trouvé').first().waitFor();
    assert.equal(agent.taskRouter.postsTo('/Tasks').length, 0);
    await agent.screenshot('no-microphone');
  }));

import { after, before } from 'node:test';

import { openBrowser, openFlex } from '../flex/desktop.mjs';
import { Agent } from './agent.mjs';

// Flex takes seconds to start, so agents with the same options share one; each finds an empty desk.
const open = new Map();
let browser;

before(async () => {
  browser = await openBrowser();
});

after(() => browser?.close());

/** Lets an agent work at an empty desk of a Flex with these options (see `openFlex`). */
export async function atDesk(options, work) {
  const key = JSON.stringify(options);
  if (!open.has(key)) open.set(key, await openFlex(browser, options));
  const flex = open.get(key);
  open.delete(key);
  await work(new Agent(flex));
  await clear(flex);
  // Only a desk whose work went well is used again.
  open.set(key, flex);
}

async function clear({ page, taskRouter, console }) {
  taskRouter.clear();
  await page.getByText('No active tasks').first().waitFor();
  console.length = 0;
}

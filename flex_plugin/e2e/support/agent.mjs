import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import axe from 'axe-core';

const OUTPUT = fileURLToPath(new URL('../../test-output/', import.meta.url));

/** What an agent does and sees, by role and name only. */
export class Agent {
  constructor({ page, taskRouter, console }) {
    this.page = page;
    this.taskRouter = taskRouter;
    this.console = console;
    this.panel = page.getByRole('region', { name: /^(USSD session|Session USSD)/ });
    this.callBack = page.getByRole('button', { name: 'Call back', exact: true });
  }

  /** Has a task offered and accepts it by a click. */
  async accept(attributes, options = {}) {
    const reservation = this.taskRouter.offer({ attributes, ...options });
    await this.page.getByRole('button', { name: /^Accept incoming/ }).click();
    return reservation;
  }

  /** Shows the panel of a task that is in the list. */
  async open(title) {
    await this.page.getByRole('heading', { name: title, level: 4 }).first().click();
  }

  /** Waits until `part` was posted `count` times, and gives what was posted last. */
  async posted(part, count = 1) {
    await waitFor(() => this.taskRouter.postsTo(part).length >= count, `${count} posts to ${part}`);
    return this.taskRouter.postsTo(part).at(-1);
  }

  /** Every value of the panel by its label. */
  async facts() {
    const terms = await this.panel.getByRole('term').allTextContents();
    const values = await this.panel.getByRole('definition').allTextContents();
    return Object.fromEntries(terms.map((term, place) => [term, values[place]]));
  }

  /** Waits for a message of Flex's notification bar and closes it, together with what Flex itself says. */
  async dismiss(message) {
    const shown = this.page.getByText(message).first();
    await shown.waitFor();
    const close = this.page.getByRole('button', { name: 'Close notification' });
    while ((await close.count()) > 0) await close.first().click();
    await shown.waitFor({ state: 'detached' });
  }

  async screenshot(name) {
    mkdirSync(OUTPUT, { recursive: true });
    await this.settled();
    await this.page.screenshot({ path: `${OUTPUT}${name}.png` });
  }

  /** A screenshot of the task list and the task, for the docs. */
  async picture(name, height = 800) {
    await this.screenshot(name);
    await this.page.screenshot({ path: `${OUTPUT}flex-${name}.png`, clip: { x: 0, y: 0, width: 668, height } });
  }

  /** Waits for Flex to have faded in what it shows: half-faded text has no contrast. */
  settled() {
    const isFading = ({ playState, effect }) => playState === 'running' && effect.getTiming().iterations !== Infinity;
    return this.page.waitForFunction(`!document.getAnimations().some(${isFading})`);
  }

  /** What axe-core finds wrong in the panel, one line for each fault. */
  async accessibilityFaults() {
    await this.settled();
    await this.page.evaluate(axe.source);
    const { violations } = await this.panel.evaluate((panel) => window['axe'].run(panel));
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
  }

  /** Errors that the page itself threw. */
  crashes() {
    return this.console.filter(({ type }) => type === 'pageerror').map(({ text }) => text);
  }
}

const PATIENCE = 12_000;

export async function waitFor(holds, what) {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited ${PATIENCE} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

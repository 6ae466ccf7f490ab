// Prints the plugin's weight and how fast its panel is, as JSON: `npm run size`.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { openBrowser, openFlex } from './flex/desktop.mjs';
import { Agent } from './support/agent.mjs';
import { changed } from './support/attributes.mjs';

const ROUNDS = 20;
const REFERENCES = ['AAAAAA', 'BBBBBB'];

const bundle = readFileSync(new URL('../build/plugin-ussd.js', import.meta.url));
const milliseconds = await clicksToPanel();
console.log(JSON.stringify({
  plugin_kB: kB(bundle.length),
  plugin_gzip_kB: kB(gzipSync(bundle).length),
  click_to_panel_ms: { median: quantile(milliseconds, 0.5), p95: quantile(milliseconds, 0.95), rounds: ROUNDS },
}));

function kB(bytes) {
  return Number((bytes / 1000).toFixed(1));
}

function quantile(values, part) {
  const sorted = [...values].sort((one, other) => one - other);
  return Number(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))].toFixed(1));
}

async function clicksToPanel() {
  const browser = await openBrowser();
  try {
    const agent = new Agent(await openFlex(browser));
    for (const reference of REFERENCES) await agent.accept(changed({ name: reference }, { reference }));
    await agent.panel.waitFor();
    const measured = [];
    for (let round = 0; round < ROUNDS; round += 1) measured.push(await clickToPanel(agent, REFERENCES[round % 2]));
    return measured;
  } finally {
    await browser.close();
  }
}

// Measured inside the page, from the browser's own time of the click to the first frame after the panel was there.
async function clickToPanel(agent, reference) {
  const row = agent.page.getByRole('button', { name: new RegExp(`^ussd task .* ${reference} `) });
  const measured = agent.page.evaluate(timeToPanel, reference);
  await row.click();
  return measured;
}

function timeToPanel(reference) {
  return new Promise((resolve) => {
    const isThere = () => document.querySelector('#ussd-session-heading')?.textContent.includes(reference);
    const onClick = ({ timeStamp }) => {
      const look = () => (isThere() ? requestAnimationFrame(() => resolve(performance.now() - timeStamp)) : requestAnimationFrame(look));
      look();
    };
    document.addEventListener('click', onClick, { capture: true, once: true });
  });
}

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { httpAnswers, session } from '../twilio/http.mjs';
import { ACCOUNT } from '../twilio/records.mjs';
import { Sync } from '../twilio/sync.mjs';
import { TaskRouter } from '../twilio/taskRouter.mjs';
import { answerTwilsock } from '../twilio/twilsock.mjs';
import { flexBundle } from './bundle.mjs';

// Longer than the plugin waits for a call that never starts.
const PATIENCE = 15_000;

const ORIGIN = 'http://localhost:3000';
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PLUGIN = join(ROOT, 'build/plugin-ussd.js');
const STYLE = join(ROOT, 'node_modules/@twilio/flex-plugin-scripts/dev_assets/flex.css');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const CORS = {
  'access-control-allow-origin': ORIGIN,
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers': '*, authorization, content-type, x-flex-version, x-twilio-region',
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
};

export async function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`No browser at ${executablePath}. Install Debian's package chromium, or set CHROMIUM to one that is there.`);
  }
  if (!existsSync(PLUGIN)) throw new Error('The plugin is not built. Run: npm run build');
  return chromium.launch({ executablePath, args: FLAGS });
}

const DEFAULTS = {
  roles: ['agent'],
  language: 'en-US',
  timezoneId: 'Africa/Dakar',
  theme: 'light',
  dialling: true,
  features: {},
  viewport: { width: 1280, height: 900 },
};

/**
 * Opens the real Flex UI with the built plugin. Nothing leaves the machine: every request and every web socket is
 * answered here.
 */
export async function openFlex(browser, options = {}) {
  const account = { ...DEFAULTS, ...options };
  const { language, timezoneId, viewport } = account;
  const context = await browser.newContext({ locale: language, timezoneId, viewport, serviceWorkers: 'block', permissions: ['notifications'] });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const taskRouter = new TaskRouter(account);
  const console = watchConsole(page);
  await context.addInitScript((value) => localStorage.setItem('TWILIO_FLEX_SSO', value), JSON.stringify(session(account)));
  await answerNetwork(page, account, taskRouter);
  await page.goto(`${ORIGIN}/agent-desktop`);
  await page.getByRole('heading', { name: 'Agent Desktop View' }).waitFor();
  await taskRouter.connected;
  return { page, taskRouter, console, close: () => context.close() };
}

function watchConsole(page) {
  const lines = [];
  page.on('console', (message) => lines.push({ type: message.type(), text: message.text() }));
  page.on('pageerror', (error) => lines.push({ type: 'pageerror', text: String(error) }));
  return lines;
}

async function answerNetwork(page, account, taskRouter) {
  const bundle = await flexBundle();
  const answers = httpAnswers(account);
  await page.route('**/*', (route) => answerHttp(route, { account, bundle, answers, taskRouter }));
  await page.routeWebSocket(/event-bridge/, (socket) => taskRouter.connect(socket));
  const sync = new Sync(account);
  await page.routeWebSocket(/tsock/, (socket) => answerTwilsock(socket, (...request) => sync.bodyFor(...request)));
}

async function answerHttp(route, { account, bundle, answers, taskRouter }) {
  const request = route.request();
  const url = request.url();
  if (request.method() === 'OPTIONS') return route.fulfill({ status: 200, headers: CORS });
  if (url.startsWith(ORIGIN)) return answerOrigin(route, new URL(url).pathname, account, bundle);
  if (url.includes('event-bridge')) return answerBridge(route, taskRouter);
  const [, answer = () => ({})] = answers.find(([part]) => url.includes(part)) ?? [];
  return json(route, answer());
}

function answerOrigin(route, path, account, bundle) {
  if (path === '/plugins') return json(route, [{ name: 'ussd', version: '0.0.0', phase: 3, src: `${ORIGIN}/plugin-ussd.js` }]);
  if (path === '/plugin-ussd.js') return route.fulfill({ path: PLUGIN, contentType: 'text/javascript' });
  if (path === '/flex-ui.js') return route.fulfill({ path: bundle, contentType: 'text/javascript' });
  if (path === '/agent-desktop' || path === '/') return route.fulfill({ body: html(account), contentType: 'text/html' });
  return json(route, {});
}

async function answerBridge(route, taskRouter) {
  try {
    return await json(route, { payload: taskRouter.answer(JSON.parse(route.request().postData())) });
  } catch {
    return json(route, { payload: { message: 'refused', status: 400 } }, 400);
  }
}

function json(route, body, status = 200) {
  return route.fulfill({ status, headers: CORS, contentType: 'application/json', body: JSON.stringify(body) });
}

function html(account) {
  const config = {
    accountSid: ACCOUNT,
    pluginService: { enabled: true, url: '/plugins' },
    ytica: false,
    logLevel: 'warn',
    language: account.language,
    sso: { accountSid: ACCOUNT },
    serviceBaseUrl: ORIGIN,
    disableBrowserVoice: true,
    theme: { isLight: account.theme === 'light' },
  };
  const style = readFileSync(STYLE, 'utf8').replace(/@import.*\n/, '');
  return `<!doctype html><html lang="${account.language}"><head><title>Flex</title><style>${style}</style></head>
    <body><div id="container"></div><script src="/flex-ui.js"></script>
    <script>Twilio.Flex.runDefault(${JSON.stringify(config)}, '#container')</script></body></html>`;
}

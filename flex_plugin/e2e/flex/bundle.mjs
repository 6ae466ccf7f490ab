import { createRequire } from 'node:module';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const HERE = dirname(fileURLToPath(import.meta.url));
const CACHE = join(HERE, '../../node_modules/.cache/ussd-e2e');

// The npm package is a library for Node's resolver; Twilio serves browsers another build from its own host.
const SHIMS = { path: 'path-browserify', util: 'util/', events: 'events/', buffer: 'buffer/', url: 'url/', querystring: 'querystring' };
const ABSENT = ['fs', 'http', 'https', 'net', 'tls', 'crypto', 'stream', 'zlib', 'os', 'child_process', 'ws', 'dns', 'assert', 'tty'];

const BROWSER_GLOBALS = `
window.global = window;
window.process = window.process || {env: {}, platform: 'browser', version: '', versions: {}, argv: [],
  nextTick: (f, ...a) => Promise.resolve().then(() => f(...a)), cwd: () => '/', on() {}, emit() {}};
`;

/** The path of the real Flex UI, bundled for a browser. Bundled once for each version of it. */
export async function flexBundle() {
  const { version } = require('@twilio/flex-ui/package.json');
  const file = join(CACHE, `flex-ui-${version}.js`);
  if (!existsSync(file)) await bundleTo(file);
  return file;
}

async function bundleTo(file) {
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await build({
    entryPoints: [join(HERE, 'entry.js')],
    outfile: unfinished,
    bundle: true,
    minify: true,
    format: 'iife',
    mainFields: ['browser', 'main'],
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: BROWSER_GLOBALS },
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl' },
    logLevel: 'error',
    plugins: [{ name: 'node-builtins', setup: resolveBuiltins }],
  });
  renameSync(unfinished, file);
}

function resolveBuiltins({ onResolve, onLoad }) {
  onResolve({ filter: /^(node:)?[a-z_]+$/ }, ({ path }) => {
    const name = path.replace('node:', '');
    if (name in SHIMS) return { path: require.resolve(SHIMS[name]) };
    if (ABSENT.includes(name)) return { path: name, namespace: 'absent' };
    return undefined;
  });
  onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
    contents: 'module.exports = new Proxy(function () {}, {get: (t, k) => (k === "__esModule" ? false : module.exports), construct: () => ({})});',
  }));
}

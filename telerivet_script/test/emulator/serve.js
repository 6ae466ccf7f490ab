"use strict";
/* The emulator as a process that another program drives: JSON lines in, one JSON line out for each, in order.

     node telerivet_script/test/emulator/serve.js

     {"do": "load", "code": "...", "vars": {...}, "options": {...}}   -> {"loaded": true}
     {"do": "start", "session": "a", "from": "+221770000001", "code": "*384*123#", "simulated": true}
                                                                      -> {"screen": "...", "septets": 87, "ends": false}
     {"do": "input", "session": "a", "text": "2"}                     -> {"screen": "...", "septets": 91, "ends": false}
     {"do": "hang_up", "session": "a"}                                -> {"ends": true}
     {"do": "advance", "seconds": 90}                                 -> {"runs": 1}
     {"do": "rows", "table": "ussd_bridge_outbox"}                    -> {"rows": [{...}]}
     {"do": "set", "vars": {...}, "options": {...}}                   -> {"set": true}, from the next run on
     {"do": "requests"}      -> {"requests": [{"url", "headers", "data", "status", "content"}]}, those since the last asking
     {"do": "run_outbox"}    -> {"runs": 1}, the outbox service at once, as an admin's schedule does
     {"do": "logs"}                                                   -> {"logs": ["..."]}, those since the last asking

   `code` is the text of a built script (`file` names one on disk instead), `vars` are the service's custom variables
   (bridge_url, bridge_secret …), `options` are those of telerivet.js. Several builds may be loaded side by side: every
   command takes "world", a name of your choice ("main" without it). `start` begins anew where the session exists.
   {"do": "advance", "seconds": 0} runs what is due by the real clock: call it now and then, and the outbox works.

   What goes wrong is answered, never thrown: {"error": "...", "faults": [...]}; with `faults` the script broke a rule of
   Telerivet, and "screen" is there as well where one was shown. A command's "id" comes back in its answer. The process
   ends when its input does. Posts go to `bridge_url` over real HTTP and block the process until they are answered. */

const fs = require("node:fs");
const readline = require("node:readline");
const { Telerivet, EmulatorFault } = require("./telerivet");
const { septets } = require("./septets");

const worlds = new Map();

const COMMANDS = {
  load(asked) {
    const code = asked.file ? fs.readFileSync(asked.file, "utf8") : asked.code;
    const telerivet = new Telerivet({ ...asked.options, code, vars: asked.vars || {} });
    worlds.set(asked.world || "main", { telerivet, sessions: new Map(), read: 0 });
    return { loaded: true };
  },
  set(asked, { telerivet }) {
    Object.assign(telerivet.options, asked.options);
    for (const service of telerivet.services) Object.assign(service.vars, asked.vars);
    return { set: true };
  },
  start(asked, world) {
    world.sessions.delete(asked.session);
    const session = world.telerivet.dial({ from: asked.from, code: asked.code, simulated: asked.simulated, id: asked.call });
    world.sessions.set(asked.session, session);
    return shown(session);
  },
  input(asked, world) {
    const session = sessionOf(asked, world);
    session.input(String(asked.text));
    return shown(session);
  },
  hang_up(asked, world) {
    sessionOf(asked, world).hangUp();
    return { ends: true };
  },
  advance: (asked, world) => ({ runs: world.telerivet.advance(asked.seconds || 0) }),
  run_outbox(asked, world) {
    world.telerivet.runService();
    return { runs: 1 };
  },
  requests: (asked, world) => ({ requests: world.telerivet.requests.splice(0) }),
  rows: (asked, world) => ({ rows: world.telerivet.rows(asked.table) }),
  logs(asked, world) {
    const logs = world.telerivet.logs.slice(world.read);
    world.read = world.telerivet.logs.length;
    return { logs };
  },
};

function sessionOf(asked, world) {
  const session = world.sessions.get(asked.session);
  if (!session) throw new Error("no such session");
  return session;
}

function shown(session) {
  return { screen: session.screen, septets: septets(session.screen), ends: session.ended };
}

function perform(asked) {
  const world = worlds.get(asked.world || "main");
  if (!Object.hasOwn(COMMANDS, asked.do)) throw new Error("no such command");
  if (!world && asked.do !== "load") throw new Error("nothing is loaded");
  return COMMANDS[asked.do](asked, world);
}

function answerTo(line) {
  let asked = {};
  try {
    asked = JSON.parse(line);
    return { id: asked.id, ...perform(asked) };
  } catch (error) {
    const faults = error instanceof EmulatorFault ? error.faults : undefined;
    return { id: asked.id, error: error.message, faults, screen: error.screen };
  }
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (line.trim()) process.stdout.write(JSON.stringify(answerTo(line)) + "\n");
});

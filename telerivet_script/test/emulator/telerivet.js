"use strict";
/* An emulator of Telerivet's Cloud Script API, as far as USSD services use it. It runs the file one would deploy.

     const world = new Telerivet({ code, vars: { bridge_url, bridge_secret } });
     const session = world.dial({ from: "+221770000001", code: "*384*123#" });
     session.screen;  session.input("2");  session.ended;  session.hangUp();
     world.advance(90);            // time passes: queued and scheduled services run

   Every run gets a fresh context; only vars live on, and only as Telerivet can keep them. Whatever Telerivet would
   refuse, and whatever would leave a caller without exactly one screen, is a fault: it throws EmulatorFault, even where
   the script caught the exception. What Telerivet does not document can be set either way; see DEFAULTS. */

const vm = require("node:vm");
const { freshRealm, runPasted, runAsModule, enterScript } = require("./realm");
const { isName, checkedVars } = require("./rules");
const { newStore, newId, contactOf, tableNamed, projectFor, serviceFor } = require("./project");
const { requestAndWait } = require("./http");
const { septets } = require("./septets");

const DEFAULTS = {
  code: "",                  // the built script
  vars: {},                  // service.vars
  projectVars: {},           // project.vars
  serviceContexts: ["ussd_session", "contact", "project"],
  down: [],                  // of: "data tables", "scheduling", "invoke" (each then throws)
  http: null,                // instead of real HTTP: a function (url, options), an answer {status, content}, or "throws"
  httpSeconds: 30,           // how long real HTTP waits without an option
  screenSeptets: 160,
  runMilliseconds: 60000,    // a run's time, waiting for HTTP included (Telerivet's limit is not documented)
  // What the public text leaves open. Each must work:
  say: "both",               // both | sayText | sendReply
  deploy: "paste",           // paste | module
  record: "both",            // both | call | message: which global holds the session
  recordId: true,            // whether that record has an id
  stateVars: "kept",         // kept | reset (at the begin of a session) | absent
  inputVars: "before",       // before | after the handler: when the raw input lands in call.vars
  createRow: "at once",      // at once | on save
  httpTimeout: "ignored",    // ignored | seconds | refused (an unknown option throws)
  responseHeaders: true,
  emptyInput: "",            // what a handler gets for an empty answer: "" | undefined
  serviceGlobal: true,       // whether a contact's run sees `service`
};

class EmulatorFault extends Error {
  constructor({ faults, logs, said }) {
    super(`${faults.join("; ")}${logs.length ? ` [log: ${logs.join(" | ")}]` : ""}`);
    this.name = "EmulatorFault";
    this.faults = faults;
    this.screen = said[0];
  }
}

class Telerivet {
  constructor(options) {
    this.options = { ...DEFAULTS, ...options };
    this.options.projectVars = { ...this.options.projectVars };
    this.store = newStore();
    this.logs = [];
    this.requests = [];
    this.ahead = 0;
    this.services = [
      { id: "SV1", name: "USSD", contexts: this.options.serviceContexts, vars: { ...this.options.vars } },
      { id: "SV2", name: "Outbox", contexts: ["contact", "project"], vars: { ...this.options.vars } },
    ];
    this.load(this.options.code);
  }

  /** Deploys another build; what is stored stays. */
  load(code) {
    this.options.code = code;
    this.script = new vm.Script(code, { filename: "script" });
  }

  now() {
    return Date.now() + this.ahead;
  }

  dial(dialled) {
    return new Session(this, dialled);
  }

  /** The rows of a data table, as an admin sees them. */
  rows(table) {
    return tableNamed(this.store, table).rows.map((row) => row.vars);
  }

  /** Lets time pass, running what is queued and scheduled in its order. Returns how many runs that were. */
  advance(seconds) {
    const end = this.now() + seconds * 1000;
    let runs = this.runQueued();
    for (let next = this.nextScheduled(end); next; next = this.nextScheduled(end)) {
      this.ahead += Math.max(0, next.at * 1000 - this.now());
      this.store.scheduled = this.store.scheduled.filter((one) => one !== next);
      this.runService(next);
      runs += 1 + this.runQueued();
    }
    this.ahead += Math.max(0, end - this.now());
    return runs;
  }

  nextScheduled(end) {
    const due = this.store.scheduled.filter((one) => one.at * 1000 <= end);
    return due.sort((a, b) => a.at - b.at)[0];
  }

  runQueued() {
    let runs = 0;
    for (; this.store.queued.length && runs < 100; runs += 1) this.runService(this.store.queued.shift());
    return runs;
  }

  /** Runs a service outside any session, as a schedule or `service.invoke` does. */
  runService({ service = "SV2", context = "project", number, contact, variables = {} } = {}) {
    const run = this.newRun(this.services.find((known) => known.id === service));
    const known = this.store.contacts.find((one) => one.id === contact);
    const globals = { ...this.commonGlobals(run) };
    if (context === "contact") globals.contact = known || contactOf(this.store, number);
    for (const name of Object.keys(variables)) globals["$" + name] = variables[name];
    this.execute(run, globals, (main) => main());
    if (run.said.length || run.prompt) run.fault("a run outside a session speaks to nobody");
    this.settle(run);
  }

  newRun(service) {
    const run = {
      store: this.store, options: this.options, services: this.services, service,
      now: () => this.now(), faults: [], logs: [], said: [], prompt: null, handlers: {}, hungUp: false,
    };
    run.fault = (text) => run.faults.push(text);
    return run;
  }

  commonGlobals(run) {
    const globals = {
      project: projectFor(run),
      httpClient: { request: (url, options) => this.httpRequest(url, options || {}) },
      console: { log: (...words) => run.logs.push(words.map(String).join(" ")) },
    };
    if (this.options.serviceGlobal || run.inSession) globals.service = serviceFor(run, run.service);
    return globals;
  }

  httpRequest(url, options) {
    const known = ["method", "headers", "data", "params", "basicAuth"];
    const strange = Object.keys(options).find((name) => !known.includes(name));
    if (strange && !(strange === "timeout" && this.options.httpTimeout !== "refused")) throw new Error("Unknown option");
    const asked = { url, method: options.method || "GET", headers: { ...options.headers }, data: String(options.data) };
    const made = { ...asked, status: 0, content: "" }; // 0: no answer came
    this.requests.push(made);
    const response = this.answerTo(url, asked, options.timeout);
    Object.assign(made, { status: response.status, content: response.content });
    const answer = { status: response.status, content: response.content };
    if (this.options.responseHeaders) answer.headers = response.headers || {};
    return answer;
  }

  answerTo(url, asked, timeout) {
    const { http } = this.options;
    if (!http) return this.realRequest(asked, timeout);
    if (http === "throws") throw new Error("HTTP request failed");
    return typeof http === "function" ? http(url, asked) : http;
  }

  realRequest(asked, timeout) {
    const seconds = this.options.httpTimeout === "seconds" && timeout ? timeout : this.options.httpSeconds;
    return requestAndWait({ ...asked, milliseconds: seconds * 1000 });
  }

  execute(run, globals, start) {
    const context = freshRealm(globals, run.now);
    const limit = this.options.runMilliseconds;
    try {
      const main = this.options.deploy === "module"
        ? runAsModule(context, this.options.code, limit) : runPasted(context, this.script, limit);
      if (typeof main !== "function") throw new Error("the script has no main()");
      enterScript(context, () => start(main), limit);
    } catch (error) {
      run.fault(`uncaught ${error && error.stack ? error.stack.split("\n").slice(0, 3).join(" ") : error}`);
    }
  }

  settle(run) {
    this.logs.push(...run.logs);
    if (run.faults.length) throw new EmulatorFault(run);
  }
}

/** One dialling. `screen` is the last text shown, `screens` all of them, `ended` whether the session is over. */
class Session {
  constructor(world, { from, code, simulated = false, id }) {
    this.world = world;
    this.contact = contactOf(world.store, from);
    this.record = {
      from_number: from, to_number: code, message_type: "ussd_session", simulated, contact_id: this.contact.id,
    };
    if (world.options.recordId) this.record.id = id || newId(world.store, "SM");
    this.vars = {};
    world.store.messages.push({ ...this.record, vars: this.vars });
    if (world.options.stateVars === "reset") delete world.store.states[this.contact.id];
    this.screens = [];
    this.ended = false;
    this.waitsFor = null;
    this.run((main) => main());
  }

  get screen() {
    return this.screens[this.screens.length - 1];
  }

  /** The caller types `text` and sends it. Returns the next screen. */
  input(text) {
    if (this.ended) throw new Error("this session is over");
    const id = this.waitsFor;
    const given = text === "" ? this.world.options.emptyInput : text;
    const stored = text.slice(0, 1024);
    if (this.world.options.inputVars === "before") this.vars[id] = stored;
    this.run((main, run) => {
      if (!run.handlers[id]) throw new Error(`no input handler named ${id}`);
      run.handlers[id](given);
    });
    if (this.world.options.inputVars === "after") this.vars[id] = stored;
    return this.screen;
  }

  /** The caller hangs up or the network drops: no handler runs (the public text names no such event for USSD). */
  hangUp() {
    this.ended = true;
  }

  run(start) {
    const { world } = this;
    const run = world.newRun(world.services[0]);
    run.inSession = true;
    world.execute(run, { ...world.commonGlobals(run), ...this.globals(run) }, (main) => start(main, run));
    this.take(run);
    world.settle(run);
  }

  globals(run) {
    const { options, store } = this.world;
    const globals = { contact: this.contact, hangUp: () => { run.hungUp = true; } };
    const record = { ...this.record, vars: checkedVars("call.vars", this.vars, run.fault) };
    if (options.record !== "message") globals.call = record;
    if (options.record !== "call") globals.message = record;
    if (options.stateVars !== "absent") globals.state = this.stateFor(store, run);
    if (options.say !== "sendReply") globals.sayText = (text) => run.said.push(text);
    if (options.say !== "sayText") globals.sendReply = (text) => run.said.push(text);
    globals.promptDigits = (id) => promptIn(run, id);
    globals.addInputHandler = (id, handler) => handlerIn(run, id, handler);
    return globals;
  }

  stateFor(store, run) {
    const kept = store.states[this.contact.id] || (store.states[this.contact.id] = {});
    return { id: null, vars: checkedVars("state.vars", kept, run.fault) };
  }

  take(run) {
    if (run.said.length !== 1) run.fault(`a turn must show exactly one text, this one showed ${run.said.length}`);
    this.screens.push(run.said[0] === undefined ? "" : String(run.said[0]));
    const size = septets(this.screen);
    if (size > this.world.options.screenSeptets) run.fault(`a screen of ${size} septets`);
    if (size === 0) run.fault("an empty screen");
    this.waitsFor = run.prompt;
    this.ended = run.hungUp || !run.prompt;
  }
}

function promptIn(run, id) {
  if (!isName(id)) run.fault("promptDigits: the handler's id is no variable name");
  if (run.prompt) run.fault("promptDigits twice in one run");
  run.prompt = id;
}

function handlerIn(run, id, handler) {
  if (!isName(id)) run.fault("addInputHandler: the handler's id is no variable name");
  if (typeof handler !== "function") run.fault("addInputHandler: no function");
  run.handlers[id] = handler;
}

module.exports = { Telerivet, EmulatorFault };

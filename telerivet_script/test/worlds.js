"use strict";
/* What the tests of whole sessions share: a world with the built script, the bridge's answers, and one caller. */

const { Telerivet } = require("./emulator/telerivet");
const { builtScript } = require("./inside");

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const VARS = { bridge_url: "https://bridge.example", bridge_secret: SECRET, outbox_service_id: "SV2" };
const OUTBOX = "ussd_bridge_outbox";
const CALLER = "+221770000001";
const ACCEPTED = { status: 202, content: '{"reference":"K7QM4X","status":"accepted"}' };
const CODE = builtScript();
const WITH_PARTIAL = CODE.replace('"partial_after": []', '"partial_after": ["location","support_type"]');

/** What the public text leaves open, one way and the other. Every session must work under each. */
const UNKNOWNS = [
  { say: "sayText" }, { say: "sendReply" }, { deploy: "module" }, { record: "call" }, { record: "message" },
  { recordId: false }, { stateVars: "reset" }, { stateVars: "absent" }, { inputVars: "after" }, { createRow: "on save" },
  { httpTimeout: "seconds" }, { responseHeaders: false }, { emptyInput: undefined }, { serviceGlobal: false,
    projectVars: VARS },
  { say: "sendReply", record: "message", recordId: false, stateVars: "absent", inputVars: "after", createRow: "on save" },
];

function newWorld(options = {}) {
  return new Telerivet({ code: CODE, vars: VARS, http: ACCEPTED, ...options });
}

/** Dials and types the keys of `keys`, one by one. */
function dialled(world, keys = "", from = CALLER, more = {}) {
  const session = world.dial({ from, code: "*384*123# ", ...more });
  for (const key of keys) session.input(key);
  return session;
}

function bodies(world) {
  return world.requests.map((request) => JSON.parse(request.data));
}

const labelled = (options) => JSON.stringify(options, (name, value) => (name === "projectVars" ? undefined : value));

module.exports = {
  ACCEPTED, CALLER, CODE, OUTBOX, SECRET, UNKNOWNS, VARS, WITH_PARTIAL, bodies, dialled, labelled, newWorld,
};

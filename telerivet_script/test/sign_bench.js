"use strict";
/* How long the script takes to sign a submission, and a whole turn, without a compiler: an engine that interprets is the
   worst that Telerivet may run. Prints JSON, milliseconds each, the median of several rounds. Asserted nowhere.

     node --jitless telerivet_script/test/sign_bench.js */

const { builtScript, openScript } = require("./inside");

const ROUNDS = 15;
const REPEATS = 20;

const inside = openScript(builtScript());
const key = inside("secretBytes")("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
const menu = inside("MENU"), budget = inside("MENU_BUDGET"), begin = inside("begin"), answer = inside("answer");
const sign = inside("signature");
const body = JSON.stringify({
  version: 1, gateway: "telerivet", session_id: "SM0123456789abcdef", service_code: "*384*123#", caller: "+221770000001",
  menu: "support", menu_version: menu.version, language: "fr",
  answers: { location: "dakar", support_type: "food_and_clothing", callback: "yes", safe_to_call: "yes" },
  complete: true, simulated: false, started_at: "2026-11-20T10:00:00Z", submitted_at: "2026-11-20T10:01:10Z",
});

function milliseconds(work) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (let repeat = 0; repeat < REPEATS; repeat += 1) work();
    rounds.push(Number(process.hrtime.bigint() - start) / 1e6 / REPEATS);
  }
  return Number(rounds.sort((a, b) => a - b)[(ROUNDS - 1) / 2].toFixed(3));
}

console.log(JSON.stringify({
  sign_ms: milliseconds(() => sign(key, "SM0123456789abcdef", 1795201119, body)),
  turn_ms: milliseconds(() => answer(menu, begin(menu, budget).state, "2", budget)),
  body_bytes: body.length,
  jitless: process.execArgv.includes("--jitless"),
  node: process.versions.node,
}));

"use strict";
/* What stays behind on Telerivet after a session. */

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { CALLER, bodies, dialled, newWorld } = require("./worlds");

const WORDS = ["dakar", "thies", "shelter", CALLER, "221770000001"];

test("after a complete session neither the record nor the state holds an answer", () => {
  const world = newWorld();
  dialled(world, "23111");
  assert.deepEqual(world.store.messages.map((message) => message.vars), [{}]);
  const kept = JSON.stringify(world.store.states);
  for (const word of WORDS) assert.equal(kept.includes(word), false, word);
});

test("where Telerivet stores the raw input after the handler, at most the last one stays", () => {
  const world = newWorld({ inputVars: "after" });
  dialled(world, "23111");
  assert.deepEqual(world.store.messages[0].vars, { ussd_answer: "1" });
});

test("no log line names a number, an answer or a reference", () => {
  const world = newWorld();
  dialled(world, "23111");
  const logs = world.logs.join("\n");
  for (const word of [...WORDS, "K7QM4X", "whsec_"]) assert.equal(logs.includes(word), false, word);
});

test("no table is filled in a session that reached the bridge", () => {
  const world = newWorld();
  dialled(world, "23111");
  assert.equal(world.store.tables.every((table) => table.rows.length === 0), true);
});

for (const simulated of [true, false]) {
  for (const record of ["call", "message", "both"]) {
    test(`simulated ${simulated} is handed on with the record ${record}`, () => {
      const world = newWorld({ record });
      dialled(world, "1112", CALLER, { simulated });
      assert.equal(bodies(world)[0].simulated, simulated);
    });
  }
}

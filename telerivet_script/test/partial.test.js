"use strict";
/* A caller who hangs up early. The menu says `partial: {after: [location, support_type]}`. */

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { CALLER, OUTBOX, WITH_PARTIAL, bodies, dialled, newWorld } = require("./worlds");

const TTL = 600; // session_ttl of the menu

function newPartialWorld(options = {}) {
  return newWorld({ code: WITH_PARTIAL, ...options });
}

test("off by default: who hangs up leaves nothing behind", () => {
  const world = newWorld();
  dialled(world, "2311").hangUp();
  world.advance(24 * 3600);
  assert.equal(world.requests.length, 0);
  assert.deepEqual(world.store.tables, []);
});

test("who hangs up far enough is sent once, as partial, under an id of its own", () => {
  const world = newPartialWorld();
  dialled(world, "231", CALLER, { id: "SM0123" }).hangUp();
  assert.equal(world.requests.length, 0);
  world.advance(TTL + 60);
  assert.deepEqual(world.requests.map((request) => request.headers["webhook-id"]), ["SM0123_p"]);
  const [body] = bodies(world);
  assert.deepEqual([body.session_id, body.complete, body.language], ["SM0123", false, "fr"]);
  assert.deepEqual(body.answers, { location: "thies", support_type: "shelter" });
  assert.deepEqual(world.rows(OUTBOX), []);
});

test("who hangs up before that is not kept", () => {
  const world = newPartialWorld();
  dialled(world, "23").hangUp();
  world.advance(TTL + 60);
  assert.equal(world.requests.length, 0);
});

test("later answers are in it, and those taken back are not", () => {
  for (const [keys, answers] of [["2311", { location: "thies", support_type: "shelter", callback: "yes" }],
    ["23110", { location: "thies", support_type: "shelter" }], ["231100", { location: "thies" }]]) {
    const world = newPartialWorld();
    dialled(world, keys).hangUp();
    world.advance(TTL + 60);
    assert.deepEqual(bodies(world).map((body) => body.answers), [answers], keys);
  }
});

test("who completes is sent as complete alone", () => {
  const world = newPartialWorld();
  dialled(world, "23111", CALLER, { id: "SM0123" });
  assert.deepEqual(world.rows(OUTBOX), []);
  world.advance(TTL + 60);
  assert.deepEqual(world.requests.map((request) => request.headers["webhook-id"]), ["SM0123"]);
});

test("who completes while the bridge is away is sent as complete alone, later", () => {
  const world = newPartialWorld({ http: "throws" });
  dialled(world, "23111");
  assert.equal(world.rows(OUTBOX).length, 1);
  world.options.http = { status: 202, content: "{}" };
  world.advance(TTL + 60);
  assert.deepEqual(bodies(world).map((body) => body.complete), [true, true]);
});

test("a complete one may follow the partial, under the session's own id, and no second partial", () => {
  const world = newPartialWorld();
  const session = dialled(world, "231", CALLER, { id: "SM0123" });
  world.advance(TTL + 60);
  session.input("1");
  session.input("2");
  world.advance(TTL + 60);
  assert.deepEqual(world.requests.map((request) => request.headers["webhook-id"]), ["SM0123_p", "SM0123"]);
});

test("who gives up after too many wrong keys is sent as partial", () => {
  const world = newPartialWorld();
  const session = dialled(world, "231");
  for (let wrong = 0; wrong < 5; wrong += 1) session.input("8");
  assert.equal(session.ended, true);
  world.advance(TTL + 60);
  assert.deepEqual(bodies(world).map((body) => body.complete), [false]);
});

test("without data tables the menu goes on as ever", () => {
  const world = newPartialWorld({ down: ["data tables"] });
  assert.equal(dialled(world, "23111").screen, "Merci. Votre référence : K7QM4X");
});

"use strict";
/* Nothing lost: what could not be handed over in the session is handed over later, once. */

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { ACCEPTED, CALLER, CODE, OUTBOX, VARS, bodies, dialled, newWorld } = require("./worlds");
const { openScript } = require("./inside");

const DAY = 24 * 3600;
const KEPT = "Thank you. We have kept your request.";
const inside = openScript(CODE);

/** A world in which one session could not be handed over. */
function worldWithOne(options = {}) {
  const world = newWorld({ http: "throws", ...options });
  dialled(world, "1112");
  return world;
}

test("every attempt carries the same id and bytes and a fresh timestamp", () => {
  const world = worldWithOne();
  world.advance(3 * 3600);
  const { requests } = world;
  assert.ok(requests.length > 4);
  assert.equal(new Set(requests.map((request) => request.data)).size, 1);
  assert.equal(new Set(requests.map((request) => request.headers["webhook-id"])).size, 1);
  assert.equal(new Set(requests.map((request) => request.headers["webhook-timestamp"])).size, requests.length);
  assert.equal(new Set(requests.map((request) => request.headers["webhook-signature"])).size, requests.length);
});

test("the pauses grow, and after 7 days the row is kept and marked", () => {
  const world = worldWithOne();
  const attempts = [];
  world.options.http = () => {
    attempts.push(world.now() / 1000);
    throw new Error("away");
  };
  world.advance(9 * DAY);
  const pauses = attempts.slice(1).map((at, place) => at - attempts[place]);
  assert.ok(pauses.every((pause, place) => place === 0 || pause >= pauses[place - 1] - 30));
  assert.ok(attempts.length > 20 && attempts.length < 80);
  assert.ok(attempts[attempts.length - 1] - attempts[0] < 7 * DAY);
  assert.equal(world.rows(OUTBOX)[0].state, "expired");
});

test("a bridge that comes back on the sixth day still gets it", () => {
  const world = worldWithOne();
  world.advance(5.5 * DAY);
  world.options.http = ACCEPTED;
  world.advance(DAY);
  assert.deepEqual(world.rows(OUTBOX), []);
});

for (const status of [400, 409, 410, 411, 413, 415, 422]) {
  test(`${status} will never pass: the row is kept and marked, and not posted again`, () => {
    const world = newWorld({ http: { status, content: "{}" } });
    assert.equal(dialled(world, "1112").screen, KEPT);
    world.advance(DAY);
    assert.equal(world.requests.length, 1);
    assert.deepEqual(world.rows(OUTBOX).map((row) => [row.state, row.status]), [["refused", status]]);
  });
}

for (const status of [0, 301, 401, 403, 404, 408, 429, 500, 502, 503, 504]) {
  test(`${status} may pass later: it is posted again`, () => {
    const world = newWorld({ http: { status, content: "" } });
    assert.equal(dialled(world, "1112").screen, KEPT);
    world.advance(10 * 60);
    assert.ok(world.requests.length > 2);
    world.options.http = ACCEPTED;
    world.advance(3600);
    assert.deepEqual(world.rows(OUTBOX), []);
  });
}

test("a row says how the attempt in the session went", () => {
  const world = newWorld({ http: { status: 401, content: "" } });
  dialled(world, "1112");
  assert.deepEqual(world.rows(OUTBOX).map(({ state, status, tries }) => [state, status, tries]), [["waiting", 401, 1]]);
});

test("refused in an outbox run: kept and marked as well", () => {
  const world = worldWithOne();
  world.options.http = { status: 422, content: "" };
  world.advance(DAY);
  assert.equal(world.requests.length, 2);
  assert.equal(world.rows(OUTBOX)[0].state, "refused");
});

test("a refused row that an admin sets to waiting is posted again", () => {
  const world = newWorld({ http: { status: 422, content: "" } });
  dialled(world, "1112");
  Object.assign(world.rows(OUTBOX)[0], { state: "waiting" });
  world.options.http = ACCEPTED;
  world.advance(DAY);
  world.runService();
  assert.deepEqual(world.rows(OUTBOX), []);
});

test("Retry-After is kept to where Telerivet shows headers", () => {
  const world = worldWithOne();
  world.options.http = { status: 503, content: "", headers: { "Retry-After": "1000" } };
  world.advance(70);
  const row = world.rows(OUTBOX)[0];
  assert.ok(row.due - world.now() / 1000 > 900);
});

test("an answer that was lost on its way makes no second submission", () => {
  const accepted = new Map();
  const world = newWorld({
    http: (url, { headers, data }) => {
      const isNew = !accepted.has(headers["webhook-id"]);
      accepted.set(headers["webhook-id"], data);
      if (isNew) throw new Error("connection lost");
      return { ...ACCEPTED, status: 200 };
    },
  });
  dialled(world, "1112");
  world.advance(90);
  assert.equal(accepted.size, 1);
  assert.equal(world.requests[0].data, world.requests[1].data);
  assert.deepEqual(world.rows(OUTBOX), []);
});

test("a run that Telerivet cuts short while it waits for the bridge loses nobody", () => {
  const world = newWorld({ runMilliseconds: 200 });
  world.options.http = () => { for (;;); };
  const session = dialled(world, "111");
  assert.throws(() => session.input("2"));
  world.options.http = ACCEPTED;
  assert.equal(world.rows(OUTBOX).length, 1);
  world.advance(61);
  world.runService();
  assert.deepEqual(world.rows(OUTBOX), []);
  assert.deepEqual(bodies(world)[0].answers, { location: "dakar", support_type: "shelter", callback: "no" });
});

test("exactly one row in one table for each submission", () => {
  const world = worldWithOne();
  assert.deepEqual(world.store.tables.map((table) => [table.name, table.rows.length]), [[OUTBOX, 1]]);
});

test("a row holds the body and nothing else of a person", () => {
  const [row] = worldWithOne().rows(OUTBOX);
  assert.deepEqual(Object.keys(row).sort(), ["body_0", "due", "since", "state", "status", "tries", "webhook_id"]);
});

const WAYS = [[], ["scheduling"], ["scheduling", "invoke"]];
for (const down of WAYS) {
  test(`an outbox run follows ${down.length ? `without ${down.join(" and ")}` : "by itself"}`, () => {
    const world = worldWithOne({ down });
    world.options.http = ACCEPTED;
    world.advance(90);
    const isLeft = down.length === 2;
    assert.equal(world.rows(OUTBOX).length, isLeft ? 1 : 0);
    if (isLeft) world.runService(); // the schedule that an admin made
    assert.equal(world.rows(OUTBOX).length, 0);
  });
}

test("a queued run never calls for itself again", () => {
  const world = worldWithOne({ down: ["scheduling"] });
  assert.equal(world.advance(DAY), 1);
});

test("without outbox_service_id the service calls itself where Telerivet lets it", () => {
  const world = worldWithOne({ vars: { ...VARS, outbox_service_id: "" } });
  world.options.http = ACCEPTED;
  world.advance(90);
  assert.deepEqual(world.rows(OUTBOX), []);
});

test("without data tables the caller still hears the reference", () => {
  const world = newWorld({ down: ["data tables"] });
  assert.equal(dialled(world, "1112").screen, "Thank you. Your reference: K7QM4X");
});

test("a table that is away before the attempt and back after it keeps the submission", () => {
  const world = newWorld({ down: ["data tables"] });
  world.options.http = () => {
    world.options.down = [];
    throw new Error("away");
  };
  assert.equal(dialled(world, "1112").screen, KEPT);
  assert.equal(world.rows(OUTBOX).length, 1);
});

test("where neither the bridge nor Telerivet keeps it, the caller is not told that it was kept", () => {
  const world = newWorld({ down: ["data tables"], http: "throws" });
  assert.match(dialled(world, "1112").screen, /^Sorry.*116/);
});

test("where the option timeout is refused, every second attempt goes without it", () => {
  const world = newWorld({ httpTimeout: "refused" });
  assert.equal(dialled(world, "1112").screen, KEPT);
  world.advance(10 * 60);
  assert.deepEqual(world.rows(OUTBOX), []);
  assert.equal(world.requests.length, 1);
});

test("bridge_timeout 0 leaves the option out", () => {
  const world = newWorld({ httpTimeout: "refused", vars: { ...VARS, bridge_timeout: "0" } });
  assert.equal(dialled(world, "1112").screen, "Thank you. Your reference: K7QM4X");
});

test("a long outage: all are delivered, once each, one probe a run while it lasts, and no run is left over", () => {
  const world = newWorld({ http: "throws" });
  for (let caller = 0; caller < 60; caller += 1) dialled(world, "1112", `+2217700001${caller}`);
  assert.equal(world.rows(OUTBOX).length, 60);
  const before = world.requests.length;
  const runs = world.advance(2 * 3600);
  assert.ok(world.requests.length - before <= runs);
  world.options.http = ACCEPTED;
  world.requests.length = 0;
  world.advance(DAY);
  assert.deepEqual(world.rows(OUTBOX), []);
  assert.equal(new Set(bodies(world).map((body) => body.session_id)).size, 60);
  assert.equal(world.requests.length, 60);
  assert.equal(world.store.scheduled.length, 0);
});

test("a body over 4,096 bytes is kept in pieces and put together again", () => {
  const body = JSON.stringify({ text: "a".repeat(9000) }), vars = {};
  inside("writePieces")(vars, "body", body);
  assert.deepEqual(Object.keys(vars), ["body_0", "body_1", "body_2"]);
  assert.ok(Object.values(vars).every((piece) => Buffer.byteLength(piece) <= 4096));
  assert.equal(inside("readPieces")(vars, "body"), body);
  inside("writePieces")(vars, "body", "short");
  assert.equal(inside("readPieces")(vars, "body"), "short");
});

test("an outbox run with nothing to do posts nothing", () => {
  const world = newWorld();
  world.runService();
  assert.equal(world.requests.length, 0);
});

test("a run that comes too early posts nothing and plans none: the one for the row is planned already", () => {
  const world = worldWithOne();
  world.advance(30);
  const [posted, planned] = [world.requests.length, world.store.scheduled.length];
  world.runService();
  assert.deepEqual([posted, planned], [2, 1]);
  assert.deepEqual([world.requests.length, world.store.scheduled.length], [posted, planned]);
});

test("an outbox run right after the session already posts it", () => {
  const world = worldWithOne();
  world.options.http = ACCEPTED;
  world.runService();
  assert.deepEqual(world.rows(OUTBOX), []);
});

test("an outbox run in the middle of a session's own attempt leaves its row alone", () => {
  const world = newWorld();
  world.options.http = () => {
    world.options.http = ACCEPTED;
    world.runService();
    assert.equal(world.requests.length, 1);
    return ACCEPTED;
  };
  dialled(world, "1112");
  assert.equal(world.requests.length, 1);
});

test("numbers that a data table gives back as text are read as numbers", () => {
  const world = worldWithOne();
  const row = world.rows(OUTBOX)[0];
  for (const name of ["due", "tries", "status", "since"]) row[name] = String(row[name]);
  world.options.http = ACCEPTED;
  world.advance(90);
  assert.deepEqual(world.rows(OUTBOX), []);
});

test("a row without a readable body does not stop the others", () => {
  const world = worldWithOne();
  world.rows(OUTBOX)[0].body_0 = "{broken";
  dialled(world, "1112", "+221770000002");
  world.options.http = (url, { data }) => (data === "{broken" ? { status: 400, content: "" } : ACCEPTED);
  world.advance(DAY);
  assert.deepEqual(world.rows(OUTBOX).map((row) => row.state), ["refused"]);
});

test("what is logged names no number, no answer and no secret", () => {
  const world = worldWithOne();
  world.advance(DAY);
  const logs = world.logs.join("\n");
  for (const word of [CALLER, "221770000001", "dakar", "shelter", "whsec_", "K7QM4X", "bridge.example"]) {
    assert.equal(logs.includes(word), false, word);
  }
  assert.match(logs, /event=outbox_attempt outcome=later status=0 tries=2/);
});

"use strict";
/* Whole sessions of the built script, under everything that Telerivet's public text leaves open. */

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { ACCEPTED, CALLER, CODE, OUTBOX, SECRET, UNKNOWNS, VARS, bodies, dialled, labelled, newWorld } = require("./worlds");
const { openScript } = require("./inside");

const inside = openScript(CODE);

for (const options of [{}, ...UNKNOWNS]) {
  test(`a caller reaches the reference with ${labelled(options)}`, () => {
    const world = newWorld(options);
    const session = dialled(world, "23111");
    assert.equal(session.screen, "Merci. Votre référence : K7QM4X");
    assert.equal(session.ended, true);
    assert.deepEqual(world.rows(OUTBOX), []);
    assert.equal(world.requests.length, 1);
  });

  test(`a bridge that is away for a while gets the submission once with ${labelled(options)}`, () => {
    const world = newWorld({ ...options, http: "throws" });
    assert.equal(dialled(world, "23111").screen, "Merci. Nous avons gardé votre demande.");
    assert.equal(world.rows(OUTBOX).length, 1);
    world.options.http = ACCEPTED;
    world.advance(90);
    assert.deepEqual(world.rows(OUTBOX), []);
    const [first, second, ...others] = world.requests;
    assert.equal(others.length, 0);
    assert.equal(second.data, first.data);
    assert.equal(second.headers["webhook-id"], first.headers["webhook-id"]);
  });
}

test("the body is the wire contract's, to the letter", () => {
  const world = newWorld();
  dialled(world, "23111", CALLER, { simulated: true, id: "SM0123" });
  const [body] = bodies(world);
  const times = [body.started_at, body.submitted_at];
  for (const time of times) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual({ ...body, started_at: "", submitted_at: "" }, {
    version: 1, gateway: "telerivet", session_id: "SM0123", service_code: "*384*123#", caller: CALLER, menu: "support",
    menu_version: inside("MENU").version, language: "fr",
    answers: { location: "thies", support_type: "shelter", callback: "yes", safe_to_call: "yes" },
    complete: true, simulated: true, started_at: "", submitted_at: "",
  });
  assert.match(world.requests[0].data, /^[\x20-\x7e]*$/, "one byte a character, whatever a transport assumes");
});

test("a request is signed over its own id, time and bytes", () => {
  const world = newWorld();
  dialled(world, "23111");
  const { url, method, headers, data } = world.requests[0];
  const sign = inside("signature"), key = inside("secretBytes")(SECRET);
  assert.equal(url, "https://bridge.example/v1/submissions");
  assert.equal(method, "POST");
  assert.equal(headers["Content-Type"], "application/json");
  assert.equal(headers["webhook-signature"], sign(key, headers["webhook-id"], headers["webhook-timestamp"], data));
});

test("an id that the bridge would not take is made plain, and two stay two", () => {
  const ids = ["SM0123", "SM 0123", "sm:0123", "SM0123_p", "é", "x".repeat(90)].map(inside("plainId"));
  assert.equal(ids[0], "SM0123");
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^(?!.*_p$)[A-Za-z0-9_-]{1,64}$/);
});

test("who asks for no call is not asked whether it is safe", () => {
  const world = newWorld();
  assert.equal(dialled(world, "1112").screen, "Thank you. Your reference: K7QM4X");
  assert.deepEqual(bodies(world)[0].answers, { location: "dakar", support_type: "shelter", callback: "no" });
});

test("an earlier session's state never leaks into a new one of the same contact", () => {
  const world = newWorld();
  dialled(world, "2311").hangUp();
  const session = dialled(world);
  assert.match(session.screen, /^Choose language/);
  for (const key of "1122") session.input(key);
  assert.deepEqual(bodies(world)[0].answers, { location: "dakar", support_type: "legal", callback: "no" });
  assert.equal(bodies(world)[0].language, "en");
});

test("two callers at the same time do not meet", () => {
  const world = newWorld();
  const one = dialled(world, "23"), two = dialled(world, "11", "+221770000002");
  for (const key of "311") one.input(key);
  for (const key of "12") two.input(key);
  assert.deepEqual(bodies(world).map((body) => [body.caller, body.language, body.answers.location]),
    [[CALLER, "fr", "thies"], ["+221770000002", "en", "dakar"]]);
});

test("where Telerivet lost the state, the menu begins anew and nothing is guessed", () => {
  const world = newWorld();
  const session = dialled(world, "23");
  world.store.states = {};
  assert.match(session.input("1"), /^Choose language/);
  assert.equal(session.ended, false);
});

for (const recordId of [true, false]) {
  test(`a handler that Telerivet runs once more after the end repeats it and posts nothing (ids: ${recordId})`, () => {
    const world = newWorld({ recordId });
    const session = dialled(world, "1112");
    Object.assign(session, { ended: false, waitsFor: "ussd_answer" });
    assert.equal(session.input("2"), "Thank you. Your reference: K7QM4X");
    assert.equal(session.ended, true);
    assert.equal(world.requests.length, 1);
  });
}

test("a begin that Telerivet runs once more after the end repeats it and posts nothing", () => {
  const world = newWorld();
  dialled(world, "1112", CALLER, { id: "SM0123" });
  assert.equal(dialled(world, "", CALLER, { id: "SM0123" }).screen, "Thank you. Your reference: K7QM4X");
  assert.equal(world.requests.length, 1);
});

for (const recordId of [true, false]) {
  test(`who dials again after the end begins anew and makes a second submission (ids: ${recordId})`, () => {
    const world = newWorld({ recordId });
    dialled(world, "1112");
    assert.match(dialled(world).screen, /^Choose language/);
    dialled(world, "1112");
    assert.equal(new Set(bodies(world).map((body) => body.session_id)).size, 2);
  });
}

test("an input of a session that a later one of the same contact has overtaken is answered by no guess", () => {
  const world = newWorld();
  const one = dialled(world, "231"), two = dialled(world, "11");
  assert.match(one.input("1"), /^Choose language/);
  assert.match(two.input("1"), /^Choose language/);
  assert.equal(world.requests.length, 0);
});

test("an exception after the screen was shown shows no second one", () => {
  const world = newWorld();
  const session = dialled(world, "111");
  world.load(CODE.replace("function settle(", "function settle() { throw new TypeError(); }\nfunction unused("));
  assert.equal(session.input("2"), "Thank you. Your reference: K7QM4X");
  assert.match(world.logs.join(), /event=turn_failed error=TypeError/);
});

test("after too many wrong keys the caller hears the help line", () => {
  const session = dialled(newWorld(), "2");
  for (let wrong = 0; wrong < 5; wrong += 1) session.input("8");
  assert.match(session.screen, /116/);
  assert.equal(session.ended, true);
});

test("whatever breaks, the caller hears the help line in the chosen language", () => {
  const thrower = "function showStep() { throw new Error('secret words'); }\nfunction unused(";
  const broken = CODE.replace("function showStep(", thrower);
  const world = newWorld();
  const session = dialled(world, "2");
  world.load(broken);
  session.input("1");
  assert.match(session.screen, /^Désolé.*116/);
  assert.equal(session.ended, true);
  assert.match(world.logs.join(), /event=turn_failed error=Error/);
  assert.doesNotMatch(world.logs.join(), /secret words/);
});

test("a record without a number or a code still makes a submission that the bridge takes", () => {
  const world = newWorld();
  dialled(world, "1112", CALLER, { code: undefined });
  const session = world.dial({ from: "  ", code: " " });
  for (const key of "1112") session.input(key);
  assert.deepEqual(bodies(world).map((body) => [body.caller, body.service_code]),
    [[CALLER, "unknown"], ["unknown", "unknown"]]);
});

test("no reference in a 2xx: it is delivered, and the caller hears the other closing words", () => {
  for (const content of ["", "{}", "not JSON", '{"reference":7}', '{"reference":"<b>very long reference</b>"}']) {
    const world = newWorld({ http: { status: 200, content } });
    assert.equal(dialled(world, "1112").screen, "Thank you. We have kept your request.", content);
    assert.deepEqual(world.rows(OUTBOX), [], content);
  }
});

test("a web page with status 200 is not the bridge: the submission stays", () => {
  const world = newWorld({ http: { status: 200, content: "\n<!DOCTYPE html><title>Parked</title>" } });
  dialled(world, "1112");
  assert.equal(world.rows(OUTBOX).length, 1);
});


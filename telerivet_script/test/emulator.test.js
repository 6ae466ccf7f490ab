"use strict";
/* The emulator itself: it must be as strict as Telerivet, or it proves nothing. */

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Telerivet, EmulatorFault } = require("./emulator/telerivet");
const { septets } = require("./emulator/septets");

const TURN = 'sayText("Hello"); promptDigits("q1");';
const inMain = (body, handler = 'sayText("Bye");') =>
  `addInputHandler("q1", function (input) { ${handler} });\nfunction main() { ${body} }`;

function dial(code, options) {
  return new Telerivet({ code, ...options }).dial({ from: "+221770000001", code: "*1#" });
}

const BREACHES = {
  "a turn without a text": inMain('promptDigits("q1");'),
  "two texts in a turn": inMain('sayText("a"); sendReply("b");'),
  "an empty text": inMain('sayText("");'),
  "a text over the limit": inMain(`sayText("${"a".repeat(161)}");`),
  "a text over the limit in the other alphabet": inMain(`sayText("${"ê".repeat(81)}");`),
  "an uncaught exception": inMain("null.a;"),
  "an id with a hyphen": inMain('sayText("a"); promptDigits("q-1");'),
  "an id of 33 characters": inMain(`sayText("a"); promptDigits("${"q".repeat(33)}");`),
  "a handler's id with a space": `addInputHandler("q 1", function () {}); ${inMain(TURN)}`,
  "an object in a variable": inMain(`state.vars.first = {a: 1}; ${TURN}`),
  "an array in a variable": inMain(`call.vars.first = []; ${TURN}`),
  "undefined in a variable": inMain(`state.vars.first = undefined; ${TURN}`),
  "a caught breach": inMain(`try { state.vars.first = {}; } catch (e) {} ${TURN}`),
  "a string of 4,097 bytes": inMain(`state.vars.a = new Array(2050).join("é"); ${TURN}`),
  "a variable's name of 33 characters": inMain(`state.vars.${"a".repeat(33)} = 1; ${TURN}`),
  "101 variables": inMain(`for (var i = 0; i < 101; i += 1) state.vars["v" + i] = i; ${TURN}`),
  "null as a filter": inMain(`project.getOrCreateDataTable("t").queryRows({vars: {a: null}}); ${TURN}`),
  "a page of 501 rows": inMain(`project.getOrCreateDataTable("t").queryRows({page_size: 501}); ${TURN}`),
  "an invoke that makes the caller wait": inMain(`service.invoke({context: "project"}); ${TURN}`),
  "Promise": inMain("new Promise(function () {});"),
  "setTimeout": inMain("setTimeout(main, 1);"),
  "String.prototype.includes": inMain('"a".includes("b");'),
  "Object.assign": inMain("Object.assign({}, {});"),
  "an endless loop": inMain("for (;;) {}"),
};

for (const [name, code] of Object.entries(BREACHES)) {
  test(`${name} is a fault`, () => assert.throws(() => dial(code, { runMilliseconds: 300 }), EmulatorFault));
}

test("an answer to a handler that is not there is a fault", () => {
  const session = dial('function main() { sayText("a"); promptDigits("q2"); }');
  assert.throws(() => session.input("1"), EmulatorFault);
});

test("nothing but vars lives from one turn to the next", () => {
  const handler = 'sayText(typeof kept + " " + state.vars.kept + " " + call.vars.kept + " " + call.vars.q1);';
  const session = dial(inMain(`kept = 1; state.vars.kept = 2; call.vars.kept = 3; ${TURN}`, handler));
  assert.equal(session.input("7"), "undefined 2 3 7");
});

test("a contact's state outlives the session, the session's own vars do not", () => {
  const code = inMain('sayText(state.vars.a + " " + call.vars.a); state.vars.a = 1; call.vars.a = 1;');
  const world = new Telerivet({ code });
  assert.equal(world.dial({ from: "+1", code: "*1#" }).screen, "undefined undefined");
  assert.equal(world.dial({ from: "+1", code: "*1#" }).screen, "1 undefined");
});

test("a run that does not prompt ends the session", () => {
  const session = dial(inMain(TURN));
  assert.equal(session.ended, false);
  session.input("1");
  assert.equal(session.ended, true);
  assert.throws(() => session.input("1"), /over/);
});

test("changes of a row reach the table with save alone, and a deleted row cannot be saved", () => {
  const world = new Telerivet({ code: inMain(`
    var row = project.getOrCreateDataTable("t").createRow({vars: {a: 1}}); row.vars.a = 2;
    var other = project.getOrCreateDataTable("t").queryRows({vars: {a: 1}}).next(); other.vars.a = 3; other.save();
    row["delete"](); try { row.save(); sayText("saved"); } catch (e) { sayText("refused"); }`) });
  assert.equal(world.dial({ from: "+1", code: "*1#" }).screen, "refused");
  assert.deepEqual(world.rows("t"), []);
});

test("a scheduled service runs when its time has come, and not before", () => {
  const code = `function main() {
    if (typeof call === "undefined") return;
    project.scheduleMessage({message_type: "service", service_id: "SV2", to_number: "+1", start_time_offset: 60});
    sayText("a");
  }`;
  const world = new Telerivet({ code });
  world.dial({ from: "+1", code: "*1#" });
  assert.equal(world.advance(59), 0);
  assert.equal(world.advance(2), 1);
  assert.equal(world.advance(3600), 0);
});

test("a schedule needs a service for contacts, a receiver and a time", () => {
  for (const asked of ['service_id: "SV2", start_time_offset: 1', 'service_id: "SV9", to_number: "+1", start_time_offset: 1',
    'service_id: "SV2", to_number: "+1"']) {
    const code = inMain(`try { project.scheduleMessage({message_type: "service", ${asked}}); sayText("taken"); }
      catch (e) { sayText("refused"); }`);
    assert.equal(dial(code).screen, "refused", asked);
  }
});

test("a request without an answer throws, any status returns", () => {
  const code = inMain(`
    try { sayText("status " + httpClient.request("http://127.0.0.1:9/", {method: "POST", data: "a"}).status); }
    catch (e) { sayText("thrown"); }`);
  assert.equal(dial(code).screen, "thrown");
  assert.equal(dial(code, { http: { status: 500, content: "" } }).screen, "status 500");
});

test("septets are counted as the network does", () => {
  for (const [text, size] of [["abc", 3], ["[1]", 5], ["€", 2], ["é", 1], ["ç", 2], ["Ç", 1], ["a\nb", 3], ["aê", 4],
    ["😀", 4]]) assert.equal(septets(text), size, text);
});

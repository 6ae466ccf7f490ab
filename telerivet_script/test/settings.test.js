"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { ACCEPTED, CODE, OUTBOX, SECRET, VARS, dialled, newWorld } = require("./worlds");
const { septets } = require("./emulator/septets");

const BAD = {
  "no address": [{ bridge_url: "" }, "bridge_url"],
  "no scheme": [{ bridge_url: "bridge.example" }, "bridge_url"],
  "another scheme": [{ bridge_url: "ftp://bridge.example" }, "bridge_url"],
  "an address in clear": [{ bridge_url: "http://bridge.example" }, "bridge_url"],
  "an address with a path": [{ bridge_url: "https://bridge.example/v1/submissions" }, "bridge_url"],
  "an address with a password": [{ bridge_url: "https://a:b@bridge.example" }, "bridge_url"],
  "an address with a space": [{ bridge_url: "https://bridge example" }, "bridge_url"],
  "no secret": [{ bridge_secret: "" }, "bridge_secret"],
  "a secret without its prefix": [{ bridge_secret: SECRET.slice(6) }, "bridge_secret"],
  "a secret cut short": [{ bridge_secret: SECRET.slice(0, 20) }, "bridge_secret"],
  "a placeholder": [{ bridge_secret: "whsec_REPLACE_ME" }, "bridge_secret"],
};

for (const [name, [vars, setting]] of Object.entries(BAD)) {
  test(`${name} is reported by name without its value, and the caller hears the help line`, () => {
    const world = newWorld({ vars: { ...VARS, ...vars } });
    const session = dialled(world);
    assert.match(session.screen, /Sorry.*116.*\nDésolé.*116/);
    assert.equal(session.ended, true);
    assert.match(world.logs.join("\n"), new RegExp(`event=setting_refused ${setting}`));
    const value = Object.values(vars)[0];
    if (value) assert.equal(world.logs.join("\n").includes(value), false);
    assert.equal(world.requests.length, 0);
  });
}

for (const url of ["https://bridge.example", "https://bridge.example/", "https://bridge.example:8443", " https://a.b ",
  "http://127.0.0.1:8080", "http://localhost:8080"]) {
  test(`${JSON.stringify(url)} is an address`, () => {
    const world = newWorld({ vars: { ...VARS, bridge_url: url } });
    dialled(world, "1112");
    assert.equal(world.requests[0].url, url.trim().replace(/\/$/, "") + "/v1/submissions");
  });
}

test("without variables of the service the project's hold", () => {
  const world = newWorld({ vars: {}, projectVars: VARS });
  assert.equal(dialled(world, "1112").screen, "Thank you. Your reference: K7QM4X");
});

test("the service's own variables win over the project's", () => {
  const world = newWorld({ projectVars: { ...VARS, bridge_url: "https://other.example" } });
  dialled(world, "1112");
  assert.equal(world.requests[0].url, "https://bridge.example/v1/submissions");
});

test("a setting broken in the middle of a session keeps the submission until it is mended", () => {
  const world = newWorld();
  const session = dialled(world, "111");
  world.services[0].vars.bridge_secret = "oops";
  assert.equal(session.input("2"), "Thank you. We have kept your request.");
  assert.equal(world.rows(OUTBOX).length, 1);
  world.services[1].vars.bridge_secret = "oops";
  world.advance(90);
  assert.equal(world.rows(OUTBOX)[0].tries, 1);
  world.services[1].vars.bridge_secret = SECRET;
  world.advance(0);
  world.runService();
  assert.equal(world.rows(OUTBOX).length, 0);
});

for (const [value, holds] of [["80", 80], [80, 80], ["59", 160], ["183", 160], ["many", 160], ["-80", 160], ["8e1", 160]]) {
  test(`screen_septets ${JSON.stringify(value)} gives screens of at most ${holds}`, () => {
    const world = newWorld({ vars: { ...VARS, screen_septets: value }, screenSeptets: holds });
    const session = dialled(world, "21");
    assert.equal(/\n9 Suite/.test(session.screen), holds === 80);
    assert.ok(septets(session.screen) <= holds);
    assert.equal(world.logs.join().includes("setting_ignored name=screen_septets"), holds === 160);
  });
}

for (const [value, option] of [[undefined, 5], ["3", 3], ["0", undefined], ["21", 5], ["soon", 5]]) {
  test(`bridge_timeout ${value} passes ${option} to Telerivet`, () => {
    let seen = "nothing";
    const code = CODE.replace("httpClient.request(settings.url", "watch(options.timeout) || httpClient.request(settings.url");
    const world = newWorld({ code, vars: { ...VARS, ...(value && { bridge_timeout: value }) }, http: ACCEPTED });
    const globals = world.commonGlobals.bind(world);
    world.commonGlobals = (run) => ({ ...globals(run), watch: (timeout) => { seen = timeout; } });
    dialled(world, "1112");
    assert.equal(seen, option);
  });
}

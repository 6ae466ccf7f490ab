"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { builtScript } = require("./inside");
const { complaintsAbout } = require("./emulator/es5");

test("the built script is ECMAScript 5, asks for nothing later, and fits Telerivet's editor", () => {
  assert.deepEqual(complaintsAbout(builtScript()), []);
  assert.ok(Buffer.byteLength(builtScript()) < 95000);
  assert.match(builtScript(), /^[\x00-\x7f]*$/);
});

const LATER = {
  "let": "let a = 1;", "const": "const a = 1;", "an arrow": "var f = (a) => a;", "a template": "var a = `b`;",
  "a default": "function f(a = 1) {}", "a class": "class A {}", "spread": "f(...a);", "shorthand": "var a = {b};",
  "for of": "for (var a of b) {}", "a trailing comma in a call": "f(a, );", "the regex flag u": "var a = /a/u;",
  "Promise": "new Promise(f);", "Map": "var a = new Map();", "Symbol": "a[Symbol.iterator];", "includes": "'a'.includes('b');",
  "startsWith": "a.startsWith('b');", "padStart": "a['padStart'](2);", "assign": "Object.assign({}, a);",
  "Object.values": "Object.values(a);", "Array.from": "Array.from(a);", "find": "[].find(f);", "Number.isInteger":
  "Number.isInteger(1);", "Math.trunc": "Math.trunc(1);", "btoa": "btoa('a');", "setTimeout": "setTimeout(f, 1);",
  "codePointAt": "a.codePointAt(0);", "typed arrays": "new Uint8Array(2);", "crypto": "crypto.subtle;",
};

for (const [name, code] of Object.entries(LATER)) {
  test(`the check complains of ${name}`, () => assert.equal(complaintsAbout(code).length > 0, true));
}

test("the check lets own names pass that only look like later ones", () => {
  assert.deepEqual(complaintsAbout("var own = {Map: 1, fetch: 2}; var url = own.Map; delete own.fetch;"), []);
});

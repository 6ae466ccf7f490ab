"use strict";
/* Opens a built script for a look at its functions: the tests run what is deployed, not its sources. */

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const { freshRealm } = require("./emulator/realm");

// Another build may be put to the same tests: USSD_SCRIPT=/path/to/it npm test
const DIST = process.env.USSD_SCRIPT || path.join(__dirname, "..", "dist", "support.js");
const DOOR = "return {run: runMain};";

function builtScript(file = DIST) {
  return fs.readFileSync(file, "utf8");
}

/** Returns a function that gives any of the script's functions by name. */
function openScript(code) {
  if (!code.includes(DOOR)) throw new Error("the script has no door to open");
  const opened = code.replace(DOOR, "return {run: runMain, inside: function (name) { return eval(name); }};");
  const context = freshRealm({}, Date.now);
  vm.runInContext(opened, context);
  return (name) => vm.runInContext(`USSD_BRIDGE.inside(${JSON.stringify(name)})`, context);
}

module.exports = { builtScript, openScript, DIST };

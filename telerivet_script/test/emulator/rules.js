"use strict";
/* What Telerivet takes as a custom variable: names of [A-Za-z0-9_] up to 32 characters; strings of up to 4,096 bytes
   of UTF-8, numbers, booleans; at most 100 per object; null deletes (doc comments of Telerivet's API clients).
   Objects are refused with a line in Telerivet's log. Here every breach is a fault, and a fault fails the test,
   because a script that catches its own exceptions would hide it. */

const NAME = /^[A-Za-z0-9_]{1,32}$/;
const MAX_BYTES = 4096;
const MAX_VARS = 100;

function isName(name) {
  return typeof name === "string" && NAME.test(name);
}

/** Says what is wrong with a value, or null. The value itself is never repeated. */
function faultOfValue(value) {
  if (value === null || typeof value === "boolean") return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : "is a number that JSON cannot carry";
  if (typeof value !== "string") return `is of the unsupported type ${value === undefined ? "undefined" : "object"}`;
  const bytes = Buffer.byteLength(value, "utf8");
  return bytes > MAX_BYTES ? `has ${bytes} bytes, more than ${MAX_BYTES}` : null;
}

/** An object that behaves like `call.vars`: reads anything, checks every write, reports breaches to `fault(text)`. */
function checkedVars(where, stored, fault) {
  const refuse = (text) => {
    fault(`${where}.${text}`);
    throw new Error("Unsupported custom variable");
  };
  return new Proxy(stored, {
    set(target, name, value) {
      if (!isName(name)) refuse(`${String(name).slice(0, 40)}: not a variable name`);
      const wrong = faultOfValue(value);
      if (wrong) refuse(`${name} ${wrong}`);
      if (value === null) delete target[name];
      else target[name] = value;
      if (Object.keys(target).length > MAX_VARS) refuse(`${name}: more than ${MAX_VARS} variables`);
      return true;
    },
    deleteProperty(target, name) {
      delete target[name];
      return true;
    },
  });
}

/** A stored copy of `vars`, checked as a whole: for `createRow({vars})` and the like. */
function checkedCopy(where, vars, fault) {
  const copy = {};
  const checked = checkedVars(where, copy, fault);
  for (const name of Object.keys(vars || {})) checked[name] = vars[name];
  return copy;
}

module.exports = { isName, checkedVars, checkedCopy };

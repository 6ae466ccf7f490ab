"use strict";
/* A fresh JavaScript world for one run, with no more in it than Telerivet's engine is known to offer: the library of
   ECMAScript 5. What came later is taken out, so that a script which leans on it fails here and not in a session. */

const vm = require("node:vm");

const ES5_GLOBALS = [
  "Object", "Function", "Array", "String", "Boolean", "Number", "Date", "RegExp", "Error", "EvalError", "RangeError",
  "ReferenceError", "SyntaxError", "TypeError", "URIError", "Math", "JSON", "NaN", "Infinity", "undefined", "eval",
  "parseInt", "parseFloat", "isNaN", "isFinite", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent",
];

// RegExp is left whole: V8's own `replace` needs its later members.
const ES5_MEMBERS = {
  "Object": "length name prototype getPrototypeOf getOwnPropertyDescriptor getOwnPropertyNames create defineProperty " +
    "defineProperties seal freeze preventExtensions isSealed isFrozen isExtensible keys",
  "Array": "length name prototype isArray",
  "Array.prototype": "length constructor toString toLocaleString concat join pop push reverse shift slice sort splice " +
    "unshift indexOf lastIndexOf every some forEach map filter reduce reduceRight",
  "String": "length name prototype fromCharCode",
  "String.prototype": "length constructor toString valueOf charAt charCodeAt concat indexOf lastIndexOf localeCompare " +
    "match replace search slice split substring substr toLowerCase toLocaleLowerCase toUpperCase toLocaleUpperCase trim",
  "Number": "length name prototype MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY",
  "Math": "E LN10 LN2 LOG2E LOG10E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max min pow random " +
    "round sin sqrt tan",
};

const STRIP = `(function (globals, members, now) {
  var RealDate = Date, keep = {}, host = this;
  globals.forEach(function (name) { keep[name] = true; });
  Object.keys(members).forEach(function (path) {
    var owner = path.split(".").reduce(function (at, name) { return at[name]; }, host), known = members[path].split(" ");
    Object.getOwnPropertyNames(owner).forEach(function (name) {
      if (known.indexOf(name) < 0) delete owner[name];
    });
  });
  function SteeredDate(a, b, c, d, e, f, g) {
    if (!(this instanceof SteeredDate)) return new RealDate(now()).toString();
    if (arguments.length === 0) return new RealDate(now());
    if (arguments.length === 1) return new RealDate(a);
    return new RealDate(a, b, c || 1, d || 0, e || 0, f || 0, g || 0);
  }
  SteeredDate.prototype = RealDate.prototype;
  SteeredDate.now = function () { return now(); };
  SteeredDate.parse = RealDate.parse;
  SteeredDate.UTC = RealDate.UTC;
  Object.getOwnPropertyNames(host).forEach(function (name) {
    if (!keep[name]) { try { delete host[name]; } catch (ignored) {} }
  });
  host.Date = SteeredDate;
})`;

const strip = new vm.Script(STRIP, { filename: "realm" });

/** A new context holding ES5 and `globals`; `now()` gives its clock in milliseconds. */
function freshRealm(globals, now) {
  const context = vm.createContext({});
  strip.runInContext(context).call(vm.runInContext("this", context), ES5_GLOBALS, ES5_MEMBERS, now);
  Object.assign(context, globals);
  return context;
}

/** Runs a pasted script: its top-level declarations become globals. `timeout` is in milliseconds. */
function runPasted(context, script, timeout) {
  script.runInContext(context, { timeout });
  return context.main;
}

/** Runs the same text as a module: nothing becomes global by itself, the entry is `global.main`. */
function runAsModule(context, code, timeout) {
  context.global = context;
  const wrapped = new vm.Script(`(function (exports, module) {${code}\n})`, { filename: "module" });
  wrapped.runInContext(context, { timeout })({}, { exports: {} });
  return context.main;
}

const enter = new vm.Script("enterScript()", { filename: "enter" });

/** Calls `start` inside the context, so that the time limit holds for what it calls there. */
function enterScript(context, start, timeout) {
  Object.defineProperty(context, "enterScript", { value: start, enumerable: false });
  enter.runInContext(context, { timeout });
}

module.exports = { freshRealm, runPasted, runAsModule, enterScript };

"use strict";
/* Whether a script is ECMAScript 5 and asks for nothing that came later. Parsing finds the syntax; the list below finds
   the library: members by name wherever they stand, globals where they are read. */

const acorn = require("acorn");

const LATER_GLOBALS = new Set((
  "Promise Map Set WeakMap WeakSet WeakRef Symbol Proxy Reflect BigInt Intl globalThis ArrayBuffer DataView Int8Array " +
  "Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array TextEncoder " +
  "TextDecoder setTimeout setInterval setImmediate queueMicrotask structuredClone fetch URL btoa atob crypto Buffer " +
  "process require window document escape unescape").split(" "));

const LATER_MEMBERS = new Set((
  "assign entries values fromEntries is setPrototypeOf getOwnPropertySymbols of from copyWithin find findIndex findLast " +
  "includes flat flatMap at toSorted toReversed fill startsWith endsWith padStart padEnd repeat codePointAt " +
  "fromCodePoint normalize matchAll replaceAll trimStart trimEnd trimLeft trimRight raw isInteger isSafeInteger " +
  "EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER trunc sign cbrt log2 log10 log1p expm1 hypot imul fround clz32 sinh cosh " +
  "tanh asinh acosh atanh __proto__ __defineGetter__ substr").split(" "));

/** The list of complaints, each with its line; empty when the script may run on Telerivet. */
function complaintsAbout(code) {
  let tree;
  try {
    tree = acorn.parse(code, { ecmaVersion: 5, sourceType: "script", locations: true });
  } catch (error) {
    return [`not ECMAScript 5: ${error.message}`];
  }
  const complaints = [];
  walk(tree, null, (node, parent) => {
    const name = laterName(node, parent);
    if (name) complaints.push(`line ${node.loc.start.line}: ${name} came after ECMAScript 5`);
  });
  return complaints;
}

function laterName(node, parent) {
  if (node.type === "MemberExpression") return laterMember(node);
  if (node.type !== "Identifier" || !LATER_GLOBALS.has(node.name)) return null;
  const isName = (parent.type === "MemberExpression" && parent.property === node && !parent.computed) ||
    (parent.type === "Property" && parent.key === node);
  return isName ? null : node.name;
}

function laterMember(node) {
  const name = node.computed ? node.property.value : node.property.name;
  const onNumber = node.object.name === "Number" && (name === "isNaN" || name === "isFinite" || name === "parseInt");
  return onNumber || LATER_MEMBERS.has(name) ? name : null;
}

function walk(node, parent, visit) {
  visit(node, parent);
  for (const key of Object.keys(node)) {
    const children = Array.isArray(node[key]) ? node[key] : [node[key]];
    for (const child of children) if (child && typeof child.type === "string") walk(child, node, visit);
  }
}

module.exports = { complaintsAbout };

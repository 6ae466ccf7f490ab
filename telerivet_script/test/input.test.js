"use strict";
/* Anything a phone can send. */

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { CALLER, bodies, dialled, newWorld } = require("./worlds");

const SENSELESS = ["", " ", "\t\n", "x", "yes", "#", "*", "**", "##", "1 2", "1*2", "11", "-1", "1.5", "1e0", "0x1",
  "98", "00", "9", "9".repeat(200), "🆘", "\ud83d", "\u0000", "' OR 1=1", "<script>", "__proto__", "constructor",
  "null", "undefined", "½", "²", "①", "Ⅰ", "一", "é".repeat(182)];

for (const emptyInput of ["", undefined]) {
  for (const text of SENSELESS) {
    test(`${JSON.stringify(text).slice(0, 30)} is no choice at any question (an empty input is ${emptyInput})`, () => {
      const world = newWorld({ emptyInput });
      const session = dialled(world);
      for (const key of "2111") {
        const asked = session.screen;
        session.input(text);
        assert.equal(session.screen.split("\n").slice(1).join("\n"), asked, "the same question, under a word why");
        session.input(key);
      }
      session.input(text);
      session.input("2");
      assert.deepEqual(bodies(world)[0].answers,
        { location: "dakar", support_type: "shelter", callback: "yes", safe_to_call: "no" });
    });
  }
}

const MEANT = { " 2": 2, "2 ": 2, "2#": 2, "2.": 2, "2 .": 2, "\u200e2": 2, "٢": 2, "२": 2, "২": 2, "２": 2, "𑁨": 2 };

for (const text of Object.keys(MEANT)) {
  test(`${JSON.stringify(text)} means 2`, () => {
    assert.match(dialled(newWorld(), [text]).screen, /^Choisissez votre lieu/);
  });
}

test("0 goes back question by question, in other digits too, and not before the first", () => {
  const session = dialled(newWorld(), "211");
  assert.match(session.input("0"), /^De quelle aide/);
  assert.match(session.input("٠"), /^Choisissez votre lieu/);
  assert.match(session.input("०"), /^Choose language/);
  assert.match(session.input("0"), /^This is not a choice/);
  assert.equal(session.ended, false);
});

test("an answer that was taken back is in no submission", () => {
  const world = newWorld();
  dialled(world, "1111" + "0" + "2", CALLER);
  assert.deepEqual(bodies(world)[0].answers, { location: "dakar", support_type: "shelter", callback: "no" });
});

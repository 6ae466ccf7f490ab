"use strict";
/* The script's engine alone, as a process: JSON lines in, one JSON line out for each. For the differential test.

     {"menu": <compiled menu>, "budget": {...}, "inputs": ["1", "0", ...], "words": ["Open from 8", null, ...],
      "values": [["known"], ...], "reference": "K7QM4X"}
       -> {"steps": [{"screen": {...}|null, "outcome": "...", "question": "...", "state": {...}}, ...],
           "answers": {...}, "language": "..."|null, "far_enough": false, "closing": {...}, "unsent": {...}, "apology": {...}}

   The first step is `begin`; every next one answers an input from the state as it was written down, as on Telerivet.
   `values` holds what look-ups bring that show nothing, one after the other, `words` what the one after them brings, both
   by the number of the step; null or missing: it fails. After a step that ends the session the rest of the inputs is not
   read. */

const readline = require("node:readline");
const { builtScript, openScript } = require("./inside");

const inside = openScript(builtScript());
const engine = {};
for (const name of ["begin", "answer", "lookedUp", "passed", "stateToData", "stateFromData", "answersOf", "languageOf",
  "isFarEnough", "closing", "apology", "signature", "secretBytes"]) engine[name] = inside(name);

function walk({ menu, budget, inputs, words = [], values = [], reference = "K7QM4X" }) {
  const steps = [];
  let step = arrived(menu, engine.begin(menu, budget), values[0], words[0], budget);
  for (let at = 0; ; at += 1) {
    steps.push({ ...step, state: engine.stateToData(step.state) });
    if (step.outcome !== "asking" || at === inputs.length) break;
    const state = engine.stateFromData(JSON.parse(JSON.stringify(engine.stateToData(step.state))));
    step = arrived(menu, engine.answer(menu, state, inputs[at], budget), values[at + 1], words[at + 1], budget);
  }
  return { steps, ...afterwards(menu, step.state, reference, budget) };
}

function arrived(menu, step, values, words, budget) {
  for (const value of values || []) if (step.outcome === "lookup") step = engine.passed(menu, step.state, value, budget);
  return step.outcome === "lookup" ? engine.lookedUp(menu, step.state, words === undefined ? null : words, budget) : step;
}

function afterwards(menu, state, reference, budget) {
  const language = engine.languageOf(menu, state);
  return {
    language,
    answers: Object.entries(engine.answersOf(menu, state)),
    far_enough: engine.isFarEnough(menu, state),
    closing: engine.closing(menu, state, reference, budget),
    unsent: engine.closing(menu, state, null, budget),
    apology: engine.apology(menu, language, budget),
  };
}

function signed({ secret, id, timestamp, body }) {
  return { signature: engine.signature(engine.secretBytes(secret), id, timestamp, body) };
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  process.stdout.write(JSON.stringify(asked.sign ? signed(asked.sign) : walk(asked)) + "\n");
});

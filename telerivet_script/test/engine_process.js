"use strict";
/* The script's engine alone, as a process: JSON lines in, one JSON line out for each. For the differential test.

     {"menu": <compiled menu>, "budget": {...}, "inputs": ["1", "0", ...]}
       -> {"steps": [{"screen": {...}|null, "outcome": "...", "question": "...", "state": {...}}, ...],
           "answers": {...}, "language": "..."|null, "far_enough": false, "closing": {...}, "unsent": {...}, "apology": {...}}

   The first step is `begin`; every next one answers an input from the state as it was written down, as on Telerivet.
   A look-up's words never come. After a step that neither asks nor looks up the rest of the inputs is not read. */

const readline = require("node:readline");
const { builtScript, openScript } = require("./inside");

const inside = openScript(builtScript());
const engine = {};
for (const name of ["begin", "answer", "lookedUp", "stateToData", "stateFromData", "answersOf", "languageOf",
  "isFarEnough", "closing", "apology"]) engine[name] = inside(name);

function walk({ menu, budget, inputs }) {
  const steps = [];
  let step = arrived(menu, engine.begin(menu, budget), budget);
  for (let at = 0; ; at += 1) {
    steps.push({ ...step, state: engine.stateToData(step.state) });
    if (step.outcome !== "asking" || at === inputs.length) break;
    const state = engine.stateFromData(JSON.parse(JSON.stringify(engine.stateToData(step.state))));
    step = arrived(menu, engine.answer(menu, state, inputs[at], budget), budget);
  }
  return { steps, ...afterwards(menu, step.state, budget) };
}

function arrived(menu, step, budget) {
  return step.outcome === "lookup" ? engine.lookedUp(menu, step.state, budget) : step;
}

function afterwards(menu, state, budget) {
  const language = engine.languageOf(menu, state);
  return {
    language,
    answers: Object.entries(engine.answersOf(menu, state)),
    far_enough: engine.isFarEnough(menu, state),
    closing: engine.closing(menu, state, "K7QM4X", budget),
    unsent: engine.closing(menu, state, null, budget),
    apology: engine.apology(menu, language, budget),
  };
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(JSON.stringify(walk(JSON.parse(line))) + "\n");
});

/* bridge/menu/showing.py: a question as pages, in one language on one gateway. */

function pagesOf(menu, state, place, budget) {
  var question = menu.questions[place], tongue = tongueOf(menu, budget, tongueCode(menu, state));
  if (question.type === "confirm") {
    return flow(tongue, confirmFrame(tongue, question, place), summary(menu, state, tongue));
  }
  return questionPages(tongue, question, place, asDictionary(state.answers), after(menu, state, question));
}

function lookupPages(menu, state, place, words, budget) {
  var question = menu.questions[place], tongue = tongueOf(menu, budget, tongueCode(menu, state));
  var head = [sayIn(tongue, question.label[tongue.language])], then = after(menu, state, question);
  var said = words === null ? failedLookup(tongue, menu) : sayWhateverComes(tongue, withoutSpaceAround(words));
  return flow(tongue, readingFrame(tongue, question, place, head, then), said);
}

function failedLookup(tongue, menu) {
  return word(tongue, "lookup_failed") + " " + helpIn(tongue, menu);
}

// What Python's `strip` takes off; `trim` takes a little less.
function withoutSpaceAround(text) {
  return text.replace(/^[\s\u001c-\u001f\u0085]+/, "").replace(/[\s\u001c-\u001f\u0085]+$/, "");
}

function choicesOn(menu, state, place, page) {
  return choicesLeft(menu.questions[place], asDictionary(state.answers)).slice(page.first, page.stop).map(function (choice) {
    return choice.name;
  });
}

function render(tongue, page, error, ends) {
  var size;
  if (error !== null) {
    size = page.size + cost(tongue, error) + 1;
    if (size <= tongue.limit) return {text: error + "\n" + page.text, ends: ends, size: size, unit: tongue.unit};
  }
  return {text: page.text, ends: ends, size: page.size, unit: tongue.unit};
}

function errorLine(tongue, question, key) {
  return word(tongue, key, {min: question.min, max: question.max});
}

// What comes after this note, or after this look-up's words: goes on | ends | waits (questions wait for its value).
function after(menu, state, question) {
  if (asked(menu, {answers: state.answers.concat([[question.name, ""]])}) !== null) return "goes on";
  if (question === menu.questions[0]) return "ends";
  return menu.questions.some(function (other) {
    return own(other.relevant, question.name) !== undefined;
  }) ? "waits" : "ends";
}

function questionPages(tongue, question, place, answers, then) {
  var label = sayIn(tongue, question.label[tongue.language]), head;
  if (question.type === "note") return flow(tongue, readingFrame(tongue, question, place, [], then), label);
  if (question.choices.length) return choicePages(tongue, question, place, label, answers);
  head = [label].concat(integerHints(tongue, question));
  return layOut(tongue, questionFrame(tongue, question, place, {head: head}), []);
}

function choicePages(tongue, question, place, label, answers) {
  var labels = choicesLeft(question, answers).map(function (choice) {
    return sayIn(tongue, choice.label[tongue.language]);
  });
  return layOut(tongue, questionFrame(tongue, question, place, {head: [label], numbered: true}), labels);
}

function questionFrame(tongue, question, place, parts) {
  parts.backFrom = zeroIsAnswer(question) ? NEVER : place === 0 ? 1 : 0;
  parts.errorRoom = question.type === "language" ? 0 : Math.max.apply(null, errorWords(question).map(function (key) {
    return cost(tongue, errorLine(tongue, question, key)) + 1;
  }));
  return frameOf(parts);
}

function readingFrame(tongue, question, place, head, then) {
  var keys = then === "goes on" ? ["1. " + word(tongue, "continue")] : [];
  return questionFrame(tongue, question, place, {head: head, keys: keys, ends: then === "ends"});
}

function confirmFrame(tongue, question, place) {
  var keys = ["1. " + word(tongue, "yes"), "2. " + word(tongue, "change")];
  var head = [sayIn(tongue, question.label[tongue.language])];
  return questionFrame(tongue, question, place, {head: head, keys: keys});
}

function zeroIsAnswer(question) {
  return question.type === "integer" && question.min === 0;
}

function integerHints(tongue, question) {
  var zero = question.min === 0, nine = question.min <= 9 && 9 <= question.max;
  if (question.type !== "integer") return [];
  if (zero && nine) return [word(tongue, "zero_and_nine")];
  return zero || nine ? [word(tongue, zero ? "zero_is_answer" : "nine_is_answer")] : [];
}

function summary(menu, state, tongue) {
  return state.answers.filter(function (pair) {
    var question = questionNamed(menu, pair[0]);
    return question && isAnsweredWithWords(question) && !question.secret;
  }).map(function (pair) {
    return summaryLine(tongue, questionNamed(menu, pair[0]), pair[1]);
  }).join("\n");
}

function summaryLine(tongue, question, value) {
  var label = oneLine(sayIn(tongue, question.label[tongue.language])), shown;
  var choice = question.choices.filter(function (known) {
    return known.name === value;
  })[0];
  shown = choice ? oneLine(sayIn(tongue, choice.label[tongue.language])) : sayWhateverComes(tongue, value);
  return /[?:\u061f]$/.test(label) ? label + " " + shown : label + ": " + shown;
}

function oneLine(text) {
  return text.replace(/\n/g, " ");
}

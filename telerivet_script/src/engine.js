/* bridge/menu/engine.py, function by function: (menu, state, input) to the next state and its screen.
   A step's outcome is asking | complete | gave_up | ended | lookup; see there. */

function stepOf(state, screen, outcome, question) {
  return {state: state, screen: screen, outcome: outcome, question: question};
}

function changed(state, page, wrong) {
  return {answers: state.answers, page: page, wrong: wrong, secrets: state.secrets};
}

function begin(menu, budget) {
  return again(menu, newState(), budget);
}

function again(menu, state, budget) {
  var place = asked(menu, state), question;
  if (place === null) return stepOf(state, null, "complete", null);
  question = menu.questions[place];
  if (question.type === "lookup") return stepOf(state, null, "lookup", question.name);
  return show(menu, state, place, pagesOf(menu, state, place, budget), budget, null);
}

function answer(menu, state, text, budget) {
  var place = asked(menu, state), question, key, pages, number, read;
  if (place === null) return stepOf(state, null, "complete", null);
  question = menu.questions[place];
  key = keyOf(text);
  if (key === BACK && !zeroIsAnswer(question) && (place > 0 || state.page > 0)) {
    return again(menu, oneBack(menu, state), budget);
  }
  if (question.type === "lookup") return answerLookup(menu, state, question, key, budget);
  pages = pagesOf(menu, state, place, budget);
  number = pageNumber(pages, state);
  if (key === MORE && !pages[number].isLast) {
    return show(menu, changed(state, number + 1, 0), place, pages, budget, null);
  }
  read = readAt(menu, state, place, pages[number], text);
  if (read.refused) return wrong(menu, state, place, pages, read.refused, budget);
  return again(menu, withAnswer(menu, state, question, read.value), budget);
}

function lookedUp(menu, state, words, budget) {
  var place = asked(menu, state), pages;
  if (place === null || menu.questions[place].type !== "lookup") return again(menu, state, budget);
  pages = lookupPages(menu, state, place, words, budget);
  return show(menu, state, place, pages, budget, state.wrong ? "not_a_choice" : null);
}

// The look-up brought a value: kept as its answer, nothing shown.
function passed(menu, state, value, budget) {
  var place = asked(menu, state);
  if (place === null || menu.questions[place].type !== "lookup") return again(menu, state, budget);
  return again(menu, withAnswer(menu, state, menu.questions[place], value), budget);
}

function answerLookup(menu, state, question, key, budget) {
  if (key === "1" && after(menu, state, question) === "goes on") {
    return again(menu, withAnswer(menu, state, question, ""), budget);
  }
  if (key === MORE) return stepOf(changed(state, state.page + 1, 0), null, "lookup", question.name);
  state = changed(state, state.page, state.wrong + 1);
  if (state.wrong >= menu.max_wrong) return giveUp(menu, state, question, budget);
  return stepOf(state, null, "lookup", question.name);
}

function show(menu, state, place, pages, budget, key) {
  var question = menu.questions[place], number = pageNumber(pages, state), page = pages[number];
  var tongue = tongueOf(menu, budget, languageOf(menu, state));
  var isLast = (question.type === "note" || question.type === "lookup") && page.isLast &&
    after(menu, state, question) === "ends";
  var error = key === null ? null : errorLine(tongue, question, key);
  var screen = render(tongue, page, error, isLast);
  return stepOf(changed(state, number, state.wrong), screen, isLast ? "ended" : "asking", question.name);
}

function wrong(menu, state, place, pages, key, budget) {
  state = changed(state, state.page, state.wrong + 1);
  if (state.wrong >= menu.max_wrong) return giveUp(menu, state, menu.questions[place], budget);
  return show(menu, state, place, pages, budget, key);
}

function giveUp(menu, state, question, budget) {
  var screen = lastWords(menu, "too_many", languageOf(menu, state), budget);
  return stepOf(state, screen, "gave_up", question.name);
}

// The page the state names; the last one where the list has become shorter since.
function pageNumber(pages, state) {
  return Math.min(state.page, pages.length - 1);
}

// One page back; from the first page, to the question that the caller saw last and this menu knows.
function oneBack(menu, state) {
  var answers = state.answers.slice(0);
  if (state.page > 0) return changed(state, state.page - 1, 0);
  while (answers.length && !wasSeen(menu, answers.pop()));
  return withAnswers(state, answers);
}

// Whether an answer came from a screen; a look-up that brought a value showed none.
function wasSeen(menu, pair) {
  var question = questionNamed(menu, pair[0]);
  return question !== undefined && !(question.type === "lookup" && pair[1]);
}

function withAnswer(menu, state, question, value) {
  var chooser = menu.questions[0], secrets = state.secrets;
  if (question.type === "confirm" && value === "change") {
    return withAnswers(state, state.answers.filter(function (pair) {
      return chooser.type === "language" && pair[0] === chooser.name;
    }));
  }
  if (question.secret) {
    secrets = secrets.concat([[question.name, value]]);
    value = "";
  }
  return withAnswers({secrets: secrets}, state.answers.concat([[question.name, value]]));
}

// The state with these answers, at the first page of what they lead to; secrets of dropped answers go.
function withAnswers(state, answers) {
  var names = asDictionary(answers);
  var secrets = state.secrets.filter(function (pair) {
    return names[pair[0]] !== undefined;
  });
  return {answers: answers, page: 0, wrong: 0, secrets: secrets};
}

function readAt(menu, state, place, page, text) {
  var question = menu.questions[place], key = keyOf(text), value;
  var isDeadBack = key === BACK && place === 0 && !zeroIsAnswer(question);
  if (question.type === "text" && !isDeadBack) return readText(question, text);
  if (question.type === "integer" && !isDeadBack) return readInteger(question, text);
  value = own(offered(menu, state, place, page), key);
  return value === undefined ? {refused: "not_a_choice"} : {value: value};
}

// What each key on this page answers.
function offered(menu, state, place, page) {
  var kind = menu.questions[place].type, answers = {};
  if (kind === "language" || kind === "select_one") {
    choicesOn(menu, state, place, page).forEach(function (name, index) {
      answers[index + 1] = name;
    });
  } else if (page.isLast) {
    if (kind === "note") answers["1"] = "";
    if (kind === "confirm") answers = {"1": "yes", "2": "change"};
  }
  return answers;
}

/* bridge/menu/path.py: which question is asked next, and which answers count. */

function own(object, name) {
  return Object.prototype.hasOwnProperty.call(object, name) ? object[name] : undefined;
}

function asDictionary(answers) {
  var dictionary = newLookup();
  answers.forEach(function (pair) {
    dictionary[pair[0]] = pair[1];
  });
  return dictionary;
}

// The place of the question being asked, or null when all are answered.
function asked(menu, state) {
  var answers = asDictionary(state.answers), place, question;
  for (place = 0; place < menu.questions.length; place += 1) {
    question = menu.questions[place];
    if (answers[question.name] === undefined && isRelevant(question, answers)) return place;
  }
  return null;
}

function isRelevant(question, answers) {
  var holds = Object.keys(question.relevant).every(function (name) {
    return question.relevant[name].indexOf(answers[name]) >= 0;
  });
  if (!holds) return false;
  return question.choice_filter.length === 0 || choicesLeft(question, answers).length > 0;
}

function choicesLeft(question, answers) {
  return question.choices.filter(function (choice) {
    return question.choice_filter.every(function (name) {
      return (own(choice.keys, name) || []).indexOf(answers[name]) >= 0;
    });
  });
}

// Null before the caller has chosen one.
function languageOf(menu, state) {
  var chooser = menu.questions[0], chosen;
  if (chooser.type !== "language") return menu.languages[0];
  chosen = asDictionary(state.answers)[chooser.name];
  if (chosen === undefined) return null;
  return menu.languages.indexOf(chosen) >= 0 ? chosen : menu.languages[0];
}

function questionNamed(menu, name) {
  return menu.questions.filter(function (question) {
    return question.name === name;
  })[0];
}

function isAnsweredWithWords(question) {
  return question.type === "select_one" || question.type === "text" || question.type === "integer";
}

// What a submission carries: answers to relevant questions, in order, without secrets.
function answersOf(menu, state) {
  var given = asDictionary(state.answers), answers = {};
  state.answers.forEach(function (pair) {
    var question = questionNamed(menu, pair[0]);
    if (!question || !isAnsweredWithWords(question) || question.secret) return;
    if (isRelevant(question, given)) answers[pair[0]] = pair[1];
  });
  return answers;
}

function isFarEnough(menu, state) {
  var answered = answersOf(menu, state);
  return menu.partial_after.length > 0 && menu.partial_after.every(function (name) {
    return own(answered, name) !== undefined;
  });
}

function tongueCode(menu, state) {
  var language = languageOf(menu, state);
  return language === null ? ANY : language;
}

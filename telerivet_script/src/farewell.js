/* bridge/menu/farewell.py: last screens. */

function closing(menu, state, reference, budget) {
  var language = languageOf(menu, state) || menu.languages[0], tongue = tongueOf(menu, budget, language), thanks;
  if (reference === null) return screenOf(tongue, sayIn(tongue, menu.end.label_unsent[language]), true);
  thanks = sayIn(tongue, menu.end.label[language]);
  return screenOf(tongue, thanks.split("{reference}").join(sayWhateverComes(tongue, reference)), true);
}

function apology(menu, language, budget) {
  return lastWords(menu, "sorry", language, budget);
}

// Without a language in all of them, or in the first where that does not fit.
function lastWords(menu, why, language, budget) {
  var everyone, lines, screen;
  if (menu.languages.indexOf(language) >= 0) return inOne(menu, why, language, budget);
  everyone = tongueOf(menu, budget, null);
  lines = menu.languages.map(function (code) {
    return inOne(menu, why, code, budget).text;
  });
  screen = screenOf(everyone, lines.join("\n"), true);
  return screen.size <= everyone.limit ? screen : inOne(menu, why, menu.languages[0], budget);
}

function inOne(menu, why, language, budget) {
  var tongue = tongueOf(menu, budget, language);
  return screenOf(tongue, word(tongue, why) + " " + helpIn(tongue, menu), true);
}

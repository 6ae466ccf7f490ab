/* bridge/menu/screen.py: a screen, and how one language is put on one gateway's screens. */

var ANY = "";

function tongueOf(menu, budget, language) {
  var code = language === null ? ANY : language;
  var folded = menu.encodings[code] === "gsm7";
  return {
    language: code,
    words: menu.words,
    folded: folded,
    plain: folded && budget.alphabet === "ascii",
    limit: folded ? budget.septets : budget.units,
    unit: folded ? "septets" : "units"
  };
}

function sayIn(tongue, shown) {
  return tongue.plain ? toAscii(shown) : shown;
}

function sayWhateverComes(tongue, text) {
  return tongue.folded ? sayIn(tongue, foldWhateverComes(text)) : text;
}

function word(tongue, key, values) {
  var text = tongue.words[key][tongue.language];
  Object.keys(values || {}).forEach(function (name) {
    text = text.split("{" + name + "}").join(String(values[name]));
  });
  return sayIn(tongue, text);
}

function helpIn(tongue, menu) {
  return word(tongue, "help").split("{help_line}").join(sayIn(tongue, menu.help_line));
}

function cost(tongue, text) {
  return tongue.folded ? septets(text) : units(text);
}

function screenOf(tongue, text, ends) {
  return {text: text, ends: ends === true, size: cost(tongue, text), unit: tongue.unit};
}

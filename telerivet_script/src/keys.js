/* bridge/menu/keys.py: what a caller typed, made plain. */

var BACK = "0";
var MORE = "9";

function isIn(ranges, code) {
  return ranges.some(function (run) {
    return run[0] <= code && code <= run[1];
  });
}

function codeOf(character) {
  var high = character.charCodeAt(0);
  return character.length === 1 ? high : 0x10000 + ((high - 0xd800) << 10) + (character.charCodeAt(1) - 0xdc00);
}

function isBlank(character) {
  return isIn(TABLES.blanks, codeOf(character));
}

function asDigit(character) {
  var code = codeOf(character), digit = character;
  TABLES.digit_zeros.forEach(function (zero) {
    if (zero <= code && code < zero + 10) digit = String(code - zero);
  });
  return digit;
}

function stripped(characters) {
  var first = 0, stop = characters.length;
  while (first < stop && isBlank(characters[first])) first += 1;
  while (stop > first && isBlank(characters[stop - 1])) stop -= 1;
  return characters.slice(first, stop);
}

function keyOf(text) {
  var characters = stripped(charactersOf(text).map(asDigit)), stop = characters.length;
  while (stop > 0 && (isBlank(characters[stop - 1]) || "#.".indexOf(characters[stop - 1]) >= 0)) stop -= 1;
  return characters.slice(0, stop).join("");
}

function lineOf(text) {
  return stripped(charactersOf(text).map(function (character) {
    var code = codeOf(character);
    if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
    return isIn(TABLES.controls, code) ? " " : character;
  })).join("");
}

/* bridge/menu/folding.py: what stands for the characters that GSM 03.38 lacks. */

function translated(text, table) {
  return charactersOf(text).map(function (character) {
    return Object.prototype.hasOwnProperty.call(table, character) ? table[character] : character;
  }).join("");
}

function fold(text) {
  return charactersOf(translated(text, TABLES.folds)).filter(function (character) {
    return !isIn(TABLES.dropped, codeOf(character));
  }).join("");
}

function foldWhateverComes(text) {
  return charactersOf(fold(text)).map(function (character) {
    return inGsm(character) ? character : "?";
  }).join("");
}

function toAscii(text) {
  return translated(text, TABLES.ascii);
}

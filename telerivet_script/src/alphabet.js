/* bridge/menu/alphabet.py: how GSM 03.38 and UCS-2 are counted. The tables come with the menu. */

var TABLES = MENU.tables;
var GSM = lookupOf(TABLES.basic + TABLES.extension);
var EXTENSION = lookupOf(TABLES.extension);

// Objects as dictionaries, without the names that every object is born with.
function newLookup() {
  return Object.create(null);
}

function lookupOf(text) {
  var lookup = newLookup();
  charactersOf(text).forEach(function (character) {
    lookup[character] = true;
  });
  return lookup;
}

// Characters as people and Python count them: a surrogate pair is one.
function charactersOf(text) {
  return text.match(/[\ud800-\udbff][\udc00-\udfff]|[\s\S]/g) || [];
}

function septets(text) {
  return charactersOf(text).reduce(function (sum, character) {
    return sum + (EXTENSION[character] ? 2 : 1);
  }, 0);
}

function units(text) {
  return text.length;
}

function inGsm(character) {
  return GSM[character] === true;
}

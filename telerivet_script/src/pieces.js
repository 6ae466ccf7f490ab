/* Telerivet keeps strings of up to 4,096 bytes. Longer ones are kept in numbered pieces: name_0, name_1 ... */

var PIECE_LENGTH = 4000;
var MOST_PIECES = 20;

// JSON in ASCII alone: one byte a character, and the same bytes whatever encoding a transport assumes.
function asciiJson(value) {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, function (unit) {
    return "\\u" + ("000" + unit.charCodeAt(0).toString(16)).slice(-4);
  });
}

function writePieces(vars, name, text) {
  var i, piece;
  for (i = 0; i < MOST_PIECES; i += 1) {
    piece = text.substring(i * PIECE_LENGTH, (i + 1) * PIECE_LENGTH);
    if (piece) vars[name + "_" + i] = piece;
    else if (isKept(vars[name + "_" + i])) vars[name + "_" + i] = null;
    else return;
  }
}

function readPieces(vars, name) {
  var text = "", i;
  for (i = 0; i < MOST_PIECES && isKept(vars[name + "_" + i]); i += 1) text += vars[name + "_" + i];
  return text;
}

function isKept(value) {
  return value !== undefined && value !== null && value !== "";
}

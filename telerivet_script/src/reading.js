/* bridge/menu/reading.py: what an input means at a question. {value} is an answer, {refused} names an error line. */

var LONGEST_INTEGER = 15;

function errorWords(question) {
  if (question.type === "text") return ["not_a_choice", "too_short", "too_long"];
  if (question.type === "integer") return ["not_a_choice", "not_a_number", "out_of_range"];
  return ["not_a_choice"];
}

function readText(question, text) {
  var line = lineOf(text);
  if (units(line) < question.min) return {refused: "too_short"};
  if (units(line) > question.max) return {refused: "too_long"};
  return {value: line};
}

function readInteger(question, text) {
  var key = keyOf(text), digits;
  if (!/^[0-9]+$/.test(key)) return {refused: "not_a_number"};
  digits = key.replace(/^0+/, "") || "0";
  if (digits.length > LONGEST_INTEGER || Number(digits) < question.min || Number(digits) > question.max) {
    return {refused: "out_of_range"};
  }
  return {value: digits};
}

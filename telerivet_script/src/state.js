/* bridge/menu/state.py: the answers in order, and within the question being asked, page and wrong inputs in a row. */

function newState() {
  return {answers: [], page: 0, wrong: 0, secrets: []};
}

// Without secrets: a PIN never outlives the turn it came in.
function stateToData(state) {
  return {answers: state.answers, page: state.page, wrong: state.wrong};
}

// Returns null for anything that `stateToData` did not give.
function stateFromData(data) {
  if (!data || !Array.isArray(data.answers) || !data.answers.every(isPair)) return null;
  if (!isCount(data.page) || !isCount(data.wrong)) return null;
  return {answers: data.answers, page: data.page, wrong: data.wrong, secrets: []};
}

function isPair(pair) {
  return Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string" && typeof pair[1] === "string";
}

function isCount(value) {
  return typeof value === "number" && value >= 0 && value % 1 === 0;
}

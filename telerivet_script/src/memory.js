/* What a session remembers from turn to turn. Every run of the script is a fresh one; only vars live on, and a contact's
   may hold an earlier session's, so what is kept carries its session's id and counts for no other. */

var MEMORY = "ussd_memory";

// Returns what this session kept, or null.
function recall() {
  var kept;
  try {
    kept = JSON.parse(readPieces(sessionVars(), MEMORY));
  } catch (unreadable) {
    return null;
  }
  return kept && isOfThisSession(kept.session) ? kept : null;
}

function isOfThisSession(id) {
  return hasSessionId() ? id === plainId(sessionRecord().id) : typeof id === "string";
}

function remember(memory) {
  writePieces(sessionVars(), MEMORY, asciiJson(memory));
}

function newMemory() {
  var id = hasSessionId() ? plainId(sessionRecord().id) : inventedId();
  return {session: id, begun: nowSeconds()};
}

// Of a finished session only its last screen is kept, for a provider that asks once more.
function rememberEnd(memory, screen) {
  remember({session: memory.session, ended: screen});
}

/* Telerivet's side. What its public text leaves open is decided here and nowhere else: which function shows a text, which
   object is the session, where a session may keep something. */

// One id for every question: Telerivet stores each raw answer under the handler's id, so a new one overwrites the last.
var ANSWER_ID = "ussd_answer";

var hasSpoken = false;

// Exactly one text a turn: how Telerivet joins several is not documented.
function say(text) {
  hasSpoken = true;
  if (typeof sayText === "function") sayText(text);
  else sendReply(text);
}

function ask(text) {
  say(text);
  promptDigits(ANSWER_ID);
}

// The session's record, or null where this run is no session (a schedule, `service.invoke`).
function sessionRecord() {
  if (typeof $outbox !== "undefined") return null;
  if (typeof call === "object" && call) return call;
  if (typeof message === "object" && message && isSessionType(message.message_type)) return message;
  return null;
}

function isSessionType(type) {
  return type === "ussd_session" || type === "ussd" || type === "call";
}

function hasSessionId() {
  return isKept(sessionRecord().id);
}

// The bridge takes letters, digits, _ and - in a session's id, and no _p at its end (a partial submission's mark).
// An id of another kind gets a mark of its own, so that two stay two.
function plainId(given) {
  var id = String(given), plain = id.replace(/[^A-Za-z0-9_-]/g, "").slice(0, 48);
  return plain === id && !/_p$/.test(id) ? id : plain + "_" + hex(sha256(utf8Bytes(id))).slice(0, 12);
}

// Only where Telerivet gives no id: unique enough, and no secret hangs on it.
function inventedId() {
  var seed = [Date.now(), Math.random(), callerNumber()].join("|");
  return "T" + hex(sha256(utf8Bytes(seed))).slice(0, 31);
}

function hex(bytes) {
  return bytes.map(function (byte) {
    return (byte < 16 ? "0" : "") + byte.toString(16);
  }).join("");
}

function callerNumber() {
  var record = sessionRecord();
  var number = record.from_number || (typeof contact === "object" && contact && contact.phone_number);
  return plainLine(number);
}

// Telerivet has been seen to send the code with a space behind it.
function dialledCode() {
  return plainLine(sessionRecord().to_number);
}

// The bridge refuses an empty text, and a submission must never be lost for want of one.
function plainLine(value) {
  return trimmed(value).replace(/[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/g, "").slice(0, 64) || "unknown";
}

function trimmed(value) {
  return value === undefined || value === null ? "" : String(value).trim();
}

function isSimulated() {
  var asMessage = typeof message === "object" && message ? message.simulated : false;
  return Boolean(sessionRecord().simulated || asMessage);
}

// A service's state is the contact's and outlives a session; a record's vars are the session's own. Either will do.
function sessionVars() {
  if (typeof state === "object" && state && state.vars) return state.vars;
  return sessionRecord().vars;
}

// What a caller typed is not left lying in the session's record longer than the turn, as far as a script can help it.
function forgetRawAnswer() {
  var record = sessionRecord();
  try {
    if (record.vars) record.vars[ANSWER_ID] = null;
  } catch (refused) {
    log("event=raw_answer_kept");
  }
}

// One line an event, without numbers, answers or secrets: service logs are read by many.
function log(line) {
  if (typeof console === "object" && console && console.log) console.log("ussd-bridge " + line);
}

function nowSeconds() {
  return Math.floor(Date.now() / 1000);
}

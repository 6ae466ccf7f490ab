/* One run of the script: the first screen, an answer, or an outbox run. Whatever happens, a caller gets exactly one
   screen. */

function runMain() {
  if (sessionRecord()) guarded(firstTurn);
  else runOutsideSession();
}

function firstTurn() {
  var settings = readSettings(), memory = recall();
  if (memory && memory.ended && hasSessionId()) return say(memory.ended);
  reportFaults(settings);
  if (settings.faults.length) return say(apology(MENU, null, budgetOf(settings)).text);
  return showStep(settings, newMemory(), begin(MENU, budgetOf(settings)));
}

function answerTurn(input) {
  var settings = readSettings(), memory = recall(), state = memory && stateFromData(memory.state);
  forgetRawAnswer();
  if (memory && memory.ended) return say(memory.ended);
  if (!state) return firstTurn(); // nothing is known of this session: what was answered is never guessed
  return showStep(settings, memory, answer(MENU, state, textOf(input), budgetOf(settings)));
}

function textOf(input) {
  return input === undefined || input === null ? "" : String(input);
}

function budgetOf(settings) {
  return {septets: settings.septets, units: MENU_BUDGET.units, alphabet: MENU_BUDGET.alphabet};
}

function showStep(settings, memory, step) {
  var budget = budgetOf(settings);
  if (step.outcome === "lookup") step = lookedUp(MENU, step.state, null, budget);
  if (step.outcome === "complete") return handOver(settings, memory, step.state);
  if (step.outcome === "asking") return askStep(settings, memory, step);
  rememberEnd(memory, step.screen.text);
  return say(step.screen.text);
}

function askStep(settings, memory, step) {
  memory.state = stateToData(step.state);
  if (MENU.partial_after.length) keepPartial(settings, memory, step.state);
  remember(memory);
  ask(step.screen.text);
}

// The row comes before the attempt, so that a run which Telerivet cuts short in the middle loses nobody.
function handOver(settings, memory, state) {
  var body = submissionBody(memory, state, true);
  var row = keepInOutbox(memory.session, body, nowSeconds() + GRACE);
  var reply = post(settings, memory.session, body, true), screen;
  row = row || (reply.outcome === "sent" ? null : keepInOutbox(memory.session, body, nowSeconds() + GRACE));
  screen = lastScreen(settings, state, reply, Boolean(row));
  say(screen);
  log("event=submission outcome=" + reply.outcome + " status=" + reply.status + " kept=" + Boolean(row));
  settle(settings, memory, row, reply);
  rememberEnd(memory, screen);
}

// "We have kept your request" is said only where it is true.
function lastScreen(settings, state, reply, isKept) {
  if (reply.outcome === "sent" || isKept) return closing(MENU, state, reply.reference, budgetOf(settings)).text;
  return apology(MENU, languageOf(MENU, state), budgetOf(settings)).text;
}

function settle(settings, memory, row, reply) {
  if (reply.outcome === "sent" || row) dropPartial(memory);
  if (row && reply.outcome === "sent") dropRow(row);
  else if (row) retryLater(settings, row, reply);
}

function retryLater(settings, row, reply) {
  markRow(row, reply, 1);
  if (reply.outcome === "refused") return;
  if (planRun(settings, Number(row.vars.due), callerNumber())) return;
  try {
    invokeRun(settings, callerNumber());
  } catch (refused) {
    log("event=outbox_invoke_failed"); // the schedule that an admin made does it later
  }
}

function runOutsideSession() {
  var settings = readSettings();
  reportFaults(settings);
  if (!settings.faults.length) runOutbox(settings);
}

// An exception's text may hold what a caller typed; its kind does not.
function guarded(turn, input) {
  try {
    turn(input);
  } catch (error) {
    log("event=turn_failed error=" + (error && error.name));
    if (!hasSpoken) say(apology(MENU, languageNow(), MENU_BUDGET).text);
  }
}

function languageNow() {
  var memory = recall(), state = memory && stateFromData(memory.state);
  return state ? languageOf(MENU, state) : null;
}

if (typeof addInputHandler === "function") {
  addInputHandler(ANSWER_ID, function (input) {
    guarded(answerTurn, input);
  });
}

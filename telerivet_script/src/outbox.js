/* What could not be handed over in the session waits in a data table, one row a submission, and is posted again with the
   same id and the same body until the bridge has it, or for 7 days. A row holds a phone number and goes after a 2xx.
   A row's `state`: waiting | refused (the bridge will never take it as it is) | expired (7 days are over). */

var OUTBOX = "ussd_bridge_outbox";
var PAUSES = [15, 60, 120, 300, 900, 1800, 3600, 7200, 14400]; // seconds; the last repeats
var LIFE = 7 * 24 * 3600;
var GRACE = 60; // seconds; a session's own attempt is over by then
var MOST_ROWS_READ = 500;
var MOST_ROWS_SENT = 20;
var SOONEST_RUN = 15; // Telerivet looks at its schedules about every 15 seconds

function outboxTable() {
  return project.getOrCreateDataTable(OUTBOX);
}

// Returns the row, or null where Telerivet would not keep it.
function keepInOutbox(id, body, due) {
  var vars = {webhook_id: id, state: "waiting", due: due, tries: 0, status: 0, since: nowSeconds()};
  var row;
  writePieces(vars, "body", body);
  try {
    row = outboxTable().createRow({vars: vars});
    if (typeof row.save === "function") row.save();
  } catch (failed) {
    log("event=outbox_write_failed");
    return null;
  }
  return row;
}

// Never throws: a row that stays is sent once more, and the bridge knows it by its id.
function dropRow(row) {
  try {
    row["delete"]();
  } catch (failed) {
    log("event=outbox_delete_failed");
  }
}

function saveRow(row) {
  try {
    row.save();
  } catch (failed) {
    log("event=outbox_write_failed");
  }
}

function rowsWhere(vars) {
  var cursor = outboxTable().queryRows({vars: vars, page_size: MOST_ROWS_READ}), rows = [];
  while (rows.length < MOST_ROWS_READ && cursor.hasNext()) rows.push(cursor.next());
  return rows;
}

function dropRowsOf(id) {
  try {
    rowsWhere({webhook_id: id}).forEach(dropRow);
  } catch (failed) {
    log("event=outbox_read_failed");
  }
}

// One run: what is due before Telerivet next looks at its schedules, oldest first.
function runOutbox(settings) {
  var until = nowSeconds() + SOONEST_RUN, rows = waitingRows(), tried = 0, outcome = "";
  while (tried < Math.min(rows.length, MOST_ROWS_SENT) && Number(rows[tried].vars.due) <= until && outcome !== "later") {
    outcome = sendRow(settings, rows[tried]); // "later": the bridge is away, one probe a run is enough
    tried += 1;
  }
  // Whoever moved a row's time plans the next run: so runs grow fewer, and no row is left without one.
  if (tried) planNextRun(settings);
}

function waitingRows() {
  return rowsWhere({state: "waiting"}).sort(function (a, b) {
    return Number(a.vars.due) - Number(b.vars.due);
  });
}

// Telerivet may refuse the option `timeout`: every second attempt goes without it.
function sendRow(settings, row) {
  var tries = Number(row.vars.tries) || 0;
  var reply = post(settings, String(row.vars.webhook_id), readPieces(row.vars, "body"), tries % 2 === 0);
  log("event=outbox_attempt outcome=" + reply.outcome + " status=" + reply.status + " tries=" + (tries + 1));
  if (reply.outcome === "sent") dropRow(row);
  else markRow(row, reply, tries + 1);
  return reply.outcome;
}

function markRow(row, reply, tries) {
  var pause = Math.max(PAUSES[Math.min(tries, PAUSES.length) - 1], reply.retryAfter);
  var due = nowSeconds() + pause;
  row.vars.tries = tries;
  row.vars.status = reply.status;
  row.vars.due = due;
  if (reply.outcome === "refused") row.vars.state = "refused";
  else if (due > Number(row.vars.since) + LIFE) row.vars.state = "expired";
  saveRow(row);
}

function planNextRun(settings) {
  var next = waitingRows()[0];
  if (next) planRun(settings, Number(next.vars.due), callerIn(readPieces(next.vars, "body")));
}

function callerIn(body) {
  try {
    return JSON.parse(body).caller;
  } catch (unreadable) {
    return "";
  }
}

// Plans an outbox run for the time `due`. Returns false where Telerivet will not; then an admin's schedule does it later.
function planRun(settings, due, number) {
  var offset = Math.max(due - nowSeconds(), SOONEST_RUN);
  try {
    project.scheduleMessage({
      message_type: "service", service_id: outboxServiceId(settings), to_number: number, start_time_offset: offset
    });
  } catch (refused) {
    log("event=outbox_schedule_failed");
    return false;
  }
  return true;
}

// The second way, from a session only: a queued run at once. An outbox run must never call for itself like this.
function invokeRun(settings, number) {
  var target = settings.outboxService ? project.initServiceById(settings.outboxService) : service;
  target.invoke({context: "contact", phone_number: number, async: true, variables: {outbox: "now"}});
}

function outboxServiceId(settings) {
  return settings.outboxService || (typeof service === "object" && service ? service.id : "");
}

/* A caller who hangs up: where the menu says `partial: {after: ...}`, a session that got that far waits in the outbox as a
   partial submission, is written anew at every turn, and is sent once `session_ttl` is over. */

function partialId(memory) {
  return memory.session + "_p";
}

// Keeps the row in step with the session. Once the row is gone it was sent, and the same id never gets another body.
function keepPartial(settings, memory, state) {
  var due = nowSeconds() + MENU.session_ttl, body = submissionBody(memory, state, false);
  if (memory.partial) {
    renewPartial(memory, body);
  } else if (isFarEnough(MENU, state) && keepInOutbox(partialId(memory), body, due)) {
    memory.partial = true;
    planRun(settings, due, callerNumber());
  }
}

function renewPartial(memory, body) {
  try {
    rowsWhere({webhook_id: partialId(memory), state: "waiting"}).forEach(function (row) {
      writePieces(row.vars, "body", body);
      saveRow(row);
    });
  } catch (failed) {
    log("event=outbox_read_failed");
  }
}

// The complete submission follows by itself and carries all of it.
function dropPartial(memory) {
  if (memory.partial) dropRowsOf(partialId(memory));
}

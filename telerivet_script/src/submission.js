/* The body of a submission (docs: the wire contract of POST /v1/submissions). Written once, then the same bytes for ever. */

var GATEWAY = "telerivet";

function submissionBody(memory, state, complete) {
  return asciiJson({
    version: 1,
    gateway: GATEWAY,
    session_id: memory.session,
    service_code: dialledCode(),
    caller: callerNumber(),
    menu: MENU.menu,
    menu_version: MENU.version,
    language: languageOf(MENU, state) || MENU.languages[0],
    answers: answersOf(MENU, state),
    complete: complete,
    simulated: isSimulated(),
    started_at: timestamp(memory.begun),
    submitted_at: timestamp(nowSeconds())
  });
}

// RFC 3339 in UTC, whole seconds.
function timestamp(seconds) {
  return new Date(seconds * 1000).toISOString().replace(/\.[0-9]+Z$/, "Z");
}

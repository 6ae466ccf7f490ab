/* One signed attempt to hand a submission to the bridge. */

var PATH = "/v1/submissions";

// Answers that no repetition changes: the body is what they are about (design: bridge's status codes).
var NEVER_PASSES = [400, 409, 410, 411, 413, 415, 422];

var NO_ANSWER = {outcome: "later", status: 0, reference: null, retryAfter: 0};

// Returns {outcome: "sent" | "refused" | "later", status, reference, retryAfter}; status 0 is no answer at all.
function post(settings, id, body, withTimeout) {
  var options, response;
  if (settings.faults.length) return NO_ANSWER;
  options = {method: "POST", headers: signedHeaders(settings.key, id, nowSeconds(), body), data: body};
  if (withTimeout && settings.timeout) options.timeout = settings.timeout;
  try {
    response = httpClient.request(settings.url + PATH, options);
  } catch (noAnswer) {
    return NO_ANSWER;
  }
  return outcomeOf(response);
}

function outcomeOf(response) {
  var status = Number(response.status) || 0;
  var sent = status >= 200 && status < 300 && !isPage(response.content);
  return {
    outcome: sent ? "sent" : NEVER_PASSES.indexOf(status) >= 0 ? "refused" : "later",
    status: status,
    reference: sent ? referenceIn(response.content) : null,
    retryAfter: retryAfter(response.headers)
  };
}

// A page in HTML with status 200 is a parked domain or a captive portal, not the bridge: nothing was accepted.
function isPage(content) {
  return /^\s*</.test(String(content || ""));
}

function referenceIn(content) {
  var reference;
  try {
    reference = JSON.parse(content).reference;
  } catch (unreadable) {
    return null;
  }
  return typeof reference === "string" && /^[A-Za-z0-9-]{1,16}$/.test(reference) ? reference : null;
}

// Seconds to wait at least. Whether Telerivet shows an answer's headers is not documented.
function retryAfter(headers) {
  var seconds = 0;
  Object.keys(headers || {}).forEach(function (name) {
    if (name.toLowerCase() === "retry-after") seconds = Number(headers[name]) || 0;
  });
  return Math.min(Math.max(seconds, 0), 3600);
}

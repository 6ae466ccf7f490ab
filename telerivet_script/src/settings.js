/* The settings: custom variables of the service, else of the project. None stands in the code. */

var DEFAULT_TIMEOUT = 5; // seconds: the caller's screen waits as long
var LONGEST_TIMEOUT = 20;
var SMALLEST_SCREEN = 60;
var LARGEST_SCREEN = 182; // septets: what a USSD string of 160 octets carries (3GPP TS 23.038, 6.1.2.3)

function settingText(name) {
  var own = typeof service === "object" && service && service.vars ? service.vars[name] : undefined;
  return trimmed(isKept(own) ? own : typeof project === "object" && project && project.vars ? project.vars[name] : "");
}

// Returns the settings; `faults` names what is missing or malformed, without its value.
function readSettings() {
  var settings = {faults: []};
  settings.url = bridgeUrl(settingText("bridge_url"), settings.faults);
  settings.key = bridgeKey(settingText("bridge_secret"), settings.faults);
  settings.timeout = limit("bridge_timeout", 0, LONGEST_TIMEOUT, DEFAULT_TIMEOUT);
  settings.septets = limit("screen_septets", SMALLEST_SCREEN, LARGEST_SCREEN, MENU_BUDGET.septets);
  settings.outboxService = settingText("outbox_service_id");
  return settings;
}

// Plain http is for a test on one machine: a number in clear must never cross a network.
function bridgeUrl(text, faults) {
  var url = text.replace(/\/+$/, "");
  if (/^https:\/\/[A-Za-z0-9.\-\[\]:]+$/.test(url)) return url;
  if (/^http:\/\/(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?$/.test(url)) return url;
  faults.push("bridge_url must be https:// and the bridge's host, without a path");
  return null;
}

function bridgeKey(text, faults) {
  var key = secretBytes(text);
  if (!key) faults.push("bridge_secret must be whsec_ and base64 of 24 to 64 bytes (python -m bridge secret makes one)");
  return key;
}

// A malformed limit is reported and the usual one holds: no caller is turned away for it.
function limit(name, least, most, usual) {
  var text = settingText(name);
  if (text === "") return usual;
  if (/^[0-9]{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  log("event=setting_ignored name=" + name + " expected=" + least + ".." + most);
  return usual;
}

function reportFaults(settings) {
  settings.faults.forEach(function (fault) {
    log("event=setting_refused " + fault);
  });
}

// The keys and the screen. What the keys mean is for the server: this page only sends what was pressed.
import { forget, record } from "./travelled.js";

const by = (id) => document.getElementById(id);
const CALLS = document.querySelector("main").dataset.calls;
const SIZES = { septets: "septets", units: "characters" };
const MOVES = {
  repeat: ["Ask again", "The provider got no answer and sends the last request once more: same screen, nothing advances."],
  drop: ["Lose the line", "The caller is cut off. Dial again with the same number: you may be offered to go on."],
  time_out: ["Let it time out", "The caller does not answer in time, and the provider says so."],
  duplicate: ["Send everything twice", "From now on each request arrives two times at once: nothing advances twice."],
};

let call = null; // while a session is open
let busy = false;
let dialling = 0; // counts, so that an answer which comes after the red key is known to be late

async function ask(path, body) {
  const answer = await fetch(CALLS + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Simulator": "1" },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error("The demo is not running any more: start it again with make run.");
  });
  const told = await answer.json().catch(() => ({}));
  record(told.travelled || []);
  if (!answer.ok || told.error) throw new Error(told.error || "The bridge gave no answer (" + answer.status + ").");
  return told;
}

/** One request at a time, as on a real line; the screen says that it waits. */
async function travel(path, body) {
  if (busy) return null;
  busy = true;
  by("trouble").hidden = true;
  waits(true);
  try {
    return await ask(path, body);
  } catch (error) {
    by("trouble").textContent = error.message;
    by("trouble").hidden = false;
    return null;
  } finally {
    busy = false;
    waits(false);
  }
}

function waits(yes) {
  by("wait").hidden = !yes;
  by("message").hidden = yes || !by("message").textContent;
  by("idle").hidden = yes || Boolean(by("message").textContent);
}

function show(screen) {
  by("message").textContent = screen.text;
  by("message").scrollTop = 0;
  by("size").textContent = `${screen.size}/${screen.limit} ${SIZES[screen.unit]}`;
  by("entry").value = "";
  by("entry").disabled = screen.ends;
  by("state").textContent = screen.ends ? "Session ended" : "Answer, then green key";
  if (screen.ends) over();
  waits(false);
}

function rest(state = "Ready") {
  over();
  by("trouble").hidden = true;
  by("message").textContent = "";
  by("size").textContent = "";
  by("entry").value = "";
  by("entry").disabled = false;
  by("state").textContent = state;
  waits(false);
}

function over() {
  call = null;
  if (by("moves").contains(document.activeElement)) by("entry").focus();
  by("moves").hidden = true;
}

async function green() {
  const keys = by("entry").value;
  if (by("entry").disabled) return rest();
  return call ? answer(keys) : dial(keys);
}

async function dial(code) {
  if (!busy) forget();
  const mine = dialling;
  const told = await travel("", { gateway: by("gateway").value, code, number: by("number").value });
  if (!told) return;
  if (mine !== dialling) {
    hangUp(told.call);
    return;
  }
  call = told.call;
  offer(told.moves);
  show(told.screen);
}

async function answer(text) {
  const mine = dialling;
  const told = await travel(`/${call}/answer`, { text });
  if (told && mine === dialling) show(told.screen);
}

function offer(moves) {
  by("moves").hidden = moves.length === 0;
  by("move-keys").replaceChildren(...moves.map(moveKey));
}

function moveKey(name) {
  const [words, why] = MOVES[name];
  const item = document.createElement("li");
  const key = document.createElement("button");
  const explained = document.createElement("p");
  key.type = "button";
  key.textContent = words;
  if (name === "duplicate") key.setAttribute("aria-pressed", "false");
  explained.id = `move-${name}`;
  explained.className = "explained";
  explained.textContent = why;
  key.setAttribute("aria-describedby", explained.id);
  key.addEventListener("click", () => make(name, key));
  item.append(key, explained);
  return item;
}

async function make(name, key) {
  const mine = dialling;
  const told = call && (await travel(`/${call}/move`, { name }));
  if (!told || mine !== dialling) return;
  if (key.hasAttribute("aria-pressed")) key.ariaPressed = key.ariaPressed === "true" ? "false" : "true";
  else if (told.screen) show(told.screen);
  else rest("Line lost");
}

function red() {
  const open = call;
  dialling += 1;
  rest();
  if (open) hangUp(open);
}

/** The caller is gone and sees nothing of what comes of it. */
function hangUp(open) {
  ask(`/${open}/hang-up`, {}).catch(() => {});
}

function press(digit) {
  if (by("entry").disabled) rest();
  by("entry").value += digit;
}

function clear() {
  by("entry").value = by("entry").value.slice(0, -1);
}

const ACTS = { call: green, end: red, clear };

document.querySelector(".keys").addEventListener("click", (event) => {
  const key = event.target.closest(".key");
  if (!key) return;
  if (key.dataset.digit) press(key.dataset.digit);
  else ACTS[key.dataset.act]();
});

document.addEventListener("keydown", (event) => {
  const elsewhere = event.target.closest("input:not(#entry), select, button, a, summary");
  if (elsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") green();
  else if (event.key === "Escape") red();
  else if (event.target === by("entry")) return;
  else if (event.key === "Backspace") clear();
  else if (/^[0-9*#]$/.test(event.key)) press(event.key);
  else return;
  event.preventDefault();
});

function named() {
  const chosen = by("gateway").selectedOptions[0];
  by("operator").textContent = chosen.textContent;
  by("about").textContent = chosen.dataset.about;
  propose(Object.entries(JSON.parse(chosen.dataset.codes)));
}

/** The codes that the routes know at this gateway, the first one large. */
function propose([first, ...others]) {
  by("code").textContent = first[0];
  by("codes").replaceChildren(...others.map(([code, menu]) => {
    const item = document.createElement("li");
    item.textContent = `${code} ${menu}`;
    return item;
  }));
}
by("gateway").addEventListener("change", () => { red(); named(); });
named();
rest();

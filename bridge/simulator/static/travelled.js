// What went to the bridge and came back, for whoever sets up a provider. Written as text, never as markup.
const list = document.getElementById("trips");
const count = document.getElementById("trip-count");

export function forget() {
  list.replaceChildren();
  count.textContent = "0";
}

export function record(trips) {
  for (const trip of trips) list.prepend(entry(trip));
  count.textContent = String(list.children.length);
}

function entry(trip) {
  const item = document.createElement("li");
  item.append(
    line("p", `${trip.method} ${trip.path}`, "trip-head"),
    line("pre", trip.sent, "trip-text"),
    line("p", trip.status ? `Answer: ${trip.status}` : "The answer is not known here.", "trip-head"),
  );
  if (trip.answer) item.append(line("pre", trip.answer, "trip-text"));
  return item;
}

function line(kind, text, name) {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = text;
  return made;
}

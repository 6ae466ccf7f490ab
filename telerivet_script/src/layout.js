/* bridge/menu/layout.py: lines onto pages. Greedy: a page takes what fits before the next one begins. */

var CHOICES_A_PAGE = 8;
var NEVER = 1000000;
var SMALLEST_ROOM = 10;

function frameOf(parts) {
  return {
    head: parts.head || [],
    keys: parts.keys || [],
    backFrom: parts.backFrom || 0,
    errorRoom: parts.errorRoom || 0,
    numbered: parts.numbered === true,
    ends: parts.ends === true
  };
}

function layOut(tongue, frame, items) {
  var pages = [nextPage(tongue, frame, items, 0, 0)];
  while (!pages[pages.length - 1].isLast) {
    pages.push(nextPage(tongue, frame, items, pages[pages.length - 1].stop, pages.length));
  }
  return pages;
}

function flow(tongue, frame, text) {
  var lines = text ? text.split("\n") : [], whole = layOut(tongue, frame, lines), room;
  if (whole.length === 1 && fits(tongue, frame, whole[0].size)) return whole;
  room = Math.max(SMALLEST_ROOM, tongue.limit - frame.errorRoom - fixedCost(tongue, frame));
  return layOut(tongue, frame, lines.reduce(function (pieces, line) {
    return pieces.concat(wrap(tongue, line, room));
  }, []));
}

function nextPage(tongue, frame, items, first, number) {
  var rest = items.length - first, most = frame.numbered ? Math.min(rest, CHOICES_A_PAGE) : rest, page, longer, stop;
  if (rest === most) {
    page = pageOf(tongue, frame, items, first, items.length, number);
    if (rest <= 1 || fits(tongue, frame, page.size)) return page;
  }
  page = pageOf(tongue, frame, items, first, first + 1, number);
  for (stop = first + 2; stop <= first + most; stop += 1) {
    longer = pageOf(tongue, frame, items, first, stop, number);
    if (!fits(tongue, frame, longer.size)) break;
    page = longer;
  }
  return page;
}

function pageOf(tongue, frame, items, first, stop, number) {
  var isLast = stop === items.length, shown = items.slice(first, stop), lines, text;
  if (frame.numbered) shown = shown.map(numberedLine);
  lines = frame.head.concat(shown, isLast ? frame.keys : []);
  if (number >= frame.backFrom && !(isLast && frame.ends)) lines.push(BACK + " " + word(tongue, "back"));
  if (!isLast) lines.push(MORE + " " + word(tongue, "more"));
  text = lines.join("\n");
  return {text: text, size: cost(tongue, text), first: first, stop: stop, isLast: isLast};
}

function numberedLine(item, place) {
  return (place + 1) + ". " + item;
}

function fits(tongue, frame, size) {
  return size + frame.errorRoom <= tongue.limit;
}

function fixedCost(tongue, frame) {
  var lines = frame.head.concat(frame.keys, [BACK + " " + word(tongue, "back"), MORE + " " + word(tongue, "more")]);
  return lines.reduce(function (sum, line) {
    return sum + cost(tongue, line) + 1;
  }, 0);
}

function wrap(tongue, line, room) {
  var pieces = [""];
  line.split(" ").forEach(function (whole) {
    splitWord(tongue, whole, room).forEach(function (part) {
      var last = pieces[pieces.length - 1], longer = last ? last + " " + part : part;
      if (cost(tongue, longer) <= room) pieces[pieces.length - 1] = longer;
      else pieces.push(part);
    });
  });
  return pieces;
}

function splitWord(tongue, whole, room) {
  var parts = [""];
  charactersOf(whole).forEach(function (character) {
    if (cost(tongue, parts[parts.length - 1] + character) > room) parts.push("");
    parts[parts.length - 1] += character;
  });
  return parts;
}

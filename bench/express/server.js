"use strict";
/* The dialogue of menus/support.yaml with ussd-menu-builder behind Express: one menu object for each request, as its
   README tells to, because a menu object holds the request that it serves. Keeps nothing. */

const express = require("express");
const UssdMenu = require("ussd-menu-builder");

const LINES = {
  language: "Choose language / Choisissez la langue\n1. English\n2. Français",
  location: "Please choose location\n1. Dakar\n2. Touba\n3. Thies\n0. Back",
  support_type: "Please choose support type\n1. Shelter\n2. Legal\n3. Food and Clothing\n0. Back",
  callback: "Do you want us to call you back?\n1. Yes\n2. No\n0. Back",
  safe_to_call: "Is it safe to call this number?\n1. Yes\n2. No\n0. Back",
  thanks: "Thank you. We have kept your request.",
};

function asks(menu, name, next) {
  menu.state(name, { run: () => menu.con(LINES[name]), next });
}

function support() {
  const menu = new UssdMenu();
  menu.startState({ run: () => menu.con(LINES.language), next: { 1: "location", 2: "location" } });
  asks(menu, "location", { 1: "support_type", 2: "support_type", 3: "support_type" });
  asks(menu, "support_type", { 1: "callback", 2: "callback", 3: "callback" });
  asks(menu, "callback", { 1: "safe_to_call", 2: "thanks" });
  asks(menu, "safe_to_call", { 1: "thanks", 2: "thanks" });
  menu.state("thanks", { run: () => menu.end(LINES.thanks) });
  return menu;
}

const app = express();
app.use(express.urlencoded({ extended: false }));
app.get("/healthz", (request, response) => response.end());
app.post("/ussd", (request, response) => support().run(request.body, (screen) => response.type("text").send(screen)));
app.listen(Number(process.argv[2]), "127.0.0.1");

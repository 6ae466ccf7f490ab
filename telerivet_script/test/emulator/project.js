"use strict";
/* The part of a Telerivet project that outlives a run: data tables, services, scheduled and queued work, contacts.
   The objects a script gets have the names and rules of Telerivet's API clients (project, DataTable, DataRow, Service). */

const { checkedVars, checkedCopy } = require("./rules");

/** Everything that is kept. Ids are counted, so that a test reads the same twice. */
function newStore() {
  return { tables: [], contacts: [], scheduled: [], queued: [], messages: [], states: {}, counted: 0 };
}

function newId(store, prefix) {
  store.counted += 1;
  return prefix + String(store.counted).padStart(16, "0");
}

function tableNamed(store, name) {
  let table = store.tables.find((known) => known.name === name);
  if (!table) {
    table = { id: newId(store, "DT"), name, rows: [] };
    store.tables.push(table);
  }
  return table;
}

function contactOf(store, number) {
  let contact = store.contacts.find((known) => known.phone_number === number);
  if (!contact) {
    contact = { id: newId(store, "CT"), name: "", phone_number: number, vars: {} };
    store.contacts.push(contact);
  }
  return contact;
}

/** The `project` global of one run. `run` is {store, options, fault, now, services}. */
function projectFor(run) {
  const { store, options, fault } = run;
  return {
    id: "PJ1",
    name: "Emulated",
    vars: checkedVars("project.vars", options.projectVars, fault),
    getOrCreateDataTable(name) {
      refuseIfDown(options, "data tables");
      return tableFor(run, tableNamed(store, String(name)));
    },
    initDataTableById(id) {
      return tableFor(run, store.tables.find((table) => table.id === id) || { id, name: "", rows: [] });
    },
    initServiceById(id) {
      return serviceFor(run, run.services.find((service) => service.id === id) || { id, contexts: [] });
    },
    scheduleMessage(asked) {
      refuseIfDown(options, "scheduling");
      store.scheduled.push(scheduledFrom(run, asked));
      return { id: store.scheduled[store.scheduled.length - 1].id };
    },
  };
}

function refuseIfDown(options, what) {
  if ((options.down || []).includes(what)) throw new Error(`Telerivet: ${what} unavailable`);
}

function scheduledFrom({ store, fault, now, services }, asked) {
  const service = services.find((known) => known.id === asked.service_id);
  if (asked.message_type !== "service") fault("scheduleMessage: only message_type service is emulated");
  if (!asked.to_number && !asked.group_id) throw new Error("scheduleMessage: to_number or group_id is required");
  if (!service || !service.contexts.includes("contact")) throw new Error("scheduleMessage: no such service for contacts");
  const at = asked.start_time || now() / 1000 + asked.start_time_offset;
  if (!(at > 0)) throw new Error("scheduleMessage: start_time or start_time_offset is required");
  return { id: newId(store, "SC"), service: service.id, context: "contact", number: asked.to_number, variables: {}, at };
}

/** A service as a script sees it: its own `service`, or another by id. */
function serviceFor(run, service) {
  return {
    id: service.id,
    name: service.name || "",
    active: true,
    vars: checkedVars("service.vars", service.vars || {}, run.fault),
    invoke(asked) {
      refuseIfDown(run.options, "invoke");
      if (!service.contexts.includes(asked.context)) throw new Error("invoke: this service has no such context");
      const named = asked.contact_id || asked.phone_number;
      if (asked.context === "contact" && !named) throw new Error("invoke: contact_id or phone_number is required");
      if (!asked.async) run.fault("invoke without async makes the caller wait");
      run.store.queued.push({
        service: service.id, context: asked.context, number: asked.phone_number, contact: asked.contact_id,
        variables: checkedCopy("variables", asked.variables, run.fault),
      });
    },
  };
}

function tableFor(run, table) {
  return {
    id: table.id,
    name: table.name,
    createRow(asked) {
      refuseIfDown(run.options, "data tables");
      const row = {
        id: newId(run.store, "DR"), contact_id: asked.contact_id || null, from_number: asked.from_number || null,
        vars: checkedCopy("row.vars", asked.vars, run.fault), time_created: Math.floor(run.now() / 1000),
      };
      if (run.options.createRow !== "on save") table.rows.push(row);
      return rowFor(run, table, row);
    },
    queryRows(asked) {
      refuseIfDown(run.options, "data tables");
      return cursorOver(matchingRows(run, table, asked || {}).map((row) => rowFor(run, table, row)));
    },
  };
}

function matchingRows({ fault }, table, asked) {
  const wanted = asked.vars || {};
  for (const name of Object.keys(wanted)) {
    if (wanted[name] === null || typeof wanted[name] === "object") fault(`queryRows: vars.${name} is no plain value`);
  }
  if (asked.page_size > 500) fault("queryRows: page_size over 500");
  if (asked.sort && asked.sort !== "default") fault("queryRows: sort knows only default");
  const found = table.rows.filter((row) => Object.keys(wanted).every((name) => row.vars[name] === wanted[name]));
  if (asked.sort_dir === "desc") found.reverse();
  return found.slice(asked.offset || 0);
}

/** A row as a script holds it: changes reach the table with `save()` and not before. */
function rowFor(run, table, stored) {
  const draft = { ...stored.vars };
  return {
    id: stored.id,
    contact_id: stored.contact_id,
    from_number: stored.from_number,
    time_created: stored.time_created,
    vars: checkedVars("row.vars", draft, run.fault),
    save() {
      refuseIfDown(run.options, "data tables");
      if (stored.deleted) throw new Error("save: no such row");
      stored.vars = { ...draft };
      if (!table.rows.includes(stored)) table.rows.push(stored);
    },
    delete() {
      refuseIfDown(run.options, "data tables");
      stored.deleted = true;
      table.rows = table.rows.filter((row) => row !== stored);
    },
  };
}

function cursorOver(rows) {
  let at = 0;
  return {
    count: () => rows.length,
    hasNext: () => at < rows.length,
    next: () => rows[at++],
    limit(most) {
      rows = rows.slice(0, most);
      return this;
    },
  };
}

module.exports = { newStore, newId, contactOf, tableNamed, projectFor, serviceFor };

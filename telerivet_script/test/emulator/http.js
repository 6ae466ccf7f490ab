"use strict";
/* Telerivet's `httpClient.request` waits for the answer. Node has no waiting request, so a worker thread makes it while
   this thread sleeps. A server that is to be reached must therefore run in another thread or process. */

const { Worker, MessageChannel, receiveMessageOnPort, isMainThread, workerData } = require("node:worker_threads");
const http = require("node:http");
const https = require("node:https");

function request({ url, method, headers, data, milliseconds }, done) {
  let answered = false;
  const finish = (answer) => {
    if (!answered) done(answer);
    answered = true;
  };
  const client = url.startsWith("https:") ? https : http;
  const body = Buffer.from(data, "utf8");
  const options = { method, headers: { ...headers, "Content-Length": body.length }, agent: false };
  const sent = client.request(url, options, (response) => {
    const pieces = [];
    response.on("data", (piece) => pieces.push(piece));
    response.on("aborted", () => finish({ error: "connection lost" }));
    response.on("end", () => finish({
      status: response.statusCode, content: Buffer.concat(pieces).toString("utf8"), headers: response.headers,
    }));
  });
  const timer = setTimeout(() => {
    finish({ error: "timed out" });
    sent.destroy();
  }, milliseconds);
  sent.on("close", () => clearTimeout(timer));
  sent.on("error", (error) => finish({ error: error.code || "failed" }));
  sent.end(body);
}

function serveRequests({ port, signal }) {
  port.on("message", (asked) => {
    const answer = (result) => {
      port.postMessage(result);
      Atomics.add(signal, 0, 1);
      Atomics.notify(signal, 0);
    };
    try {
      request(asked, answer);
    } catch (error) {
      answer({ error: error.code || "failed" });
    }
  });
}

let worker;

function startWorker() {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const thread = new Worker(__filename, { workerData: { port: port2, signal }, transferList: [port2] });
  thread.unref();
  port1.unref();
  return { port: port1, signal };
}

/** Makes one request and waits. Returns {status, content, headers}; throws an Error when there is no answer. */
function requestAndWait(asked) {
  worker = worker || startWorker();
  const seen = Atomics.load(worker.signal, 0);
  worker.port.postMessage(asked);
  let received;
  while (!(received = receiveMessageOnPort(worker.port))) Atomics.wait(worker.signal, 0, seen, 1000);
  if (received.message.error) throw new Error(`HTTP request failed: ${received.message.error}`);
  return received.message;
}

if (!isMainThread && workerData && workerData.signal) serveRequests(workerData);

module.exports = { requestAndWait };

// The worker program of the embedded runtime: speaks docs/protocol.md on stdin and stdout.
//
// This thread is the supervisor: it reads requests, keeps deadlines, passes cancellation on and writes answers. Lean runs in
// a thread of its own (lean_thread.mjs), so that a request can be interrupted while Lean is deep in it.
//
// Usage: node driver.mjs LOADER SYSROOT

import { Worker } from "node:worker_threads";
import process from "node:process";

const [loader, sysroot] = process.argv.slice(2);
// How much of V8's stack Lean may use. Deep terms need depth; the default of 4 MB ends in a broken process too early.
const STACK_MB = 256;
// Lean polls its cancel token; the flag is set again until it has noticed, since a reader may be exchanging it just then.
const CANCEL_AGAIN_MS = 20;

let nonce = null;
let ready = null;
let running = null;
const queue = [];

function write(object) {
  process.stdout.write(`${nonce} ${typeof object === "string" ? object : JSON.stringify(object)}\n`);
}

const lean = new Worker(new URL("./lean_thread.mjs", import.meta.url), {
  workerData: { loader, sysroot },
  resourceLimits: { stackSizeMb: STACK_MB },
  stdout: false,
});
lean.on("error", (error) => die(`the Lean thread failed: ${error.stack ?? error}`));
lean.on("exit", () => die("the Lean thread ended"));
lean.on("message", (message) => {
  if (message.fatal) {
    // Running out of stack or memory is the request's doing, but it leaves Lean in an undefined state like any other crash.
    const error = message.limit ? { kind: "limit", ...message.limit } : { kind: "machinery", what: "crash", message: message.fatal };
    if (running) write({ id: running.id, ok: false, error });
    die(message.fatal);
    return;
  }
  if (message.ready) {
    ready = message.ready;
    greet();
    next();
    return;
  }
  finish();
  write(message.answer);
  next();
});

function die(text) {
  process.stderr.write(`${text}\n`);
  process.exit(3);
}

function greet() {
  if (nonce !== null && ready !== null) write({ id: 0, ok: true, runtime: "embedded", pid: process.pid, ...ready.info });
}

function next() {
  if (running || !ready || nonce === null) return;
  const request = queue.shift();
  if (!request) return;
  running = { id: request.id, timer: null, again: null };
  if (typeof request.seconds === "number") running.timer = setTimeout(() => interrupt("seconds"), request.seconds * 1000);
  lean.postMessage(request);
}

function finish() {
  clearTimeout(running?.timer);
  clearInterval(running?.again);
  running = null;
}

/** Ask the running request to stop. `control` is [why, address of the value of Lean's cancel token]. */
function interrupt(why) {
  if (!running || running.again) return;
  const { control, memory } = ready;
  Atomics.store(control, 0, why === "seconds" ? 1 : 2);
  const set = () => Atomics.store(new Int32Array(memory.buffer), control[1] >> 2, 3);
  set();
  running.again = setInterval(set, CANCEL_AGAIN_MS);
}

function receive(line) {
  if (!line.trim()) return;
  let request;
  try {
    request = JSON.parse(line);
  } catch {
    die("a request was not JSON");
  }
  if (nonce === null) {
    nonce = String(request.hello);
    greet();
    next();
  } else if (request.op === "cancel") {
    if (running?.id === request.target) interrupt("cancelled");
  } else {
    queue.push(request);
    next();
  }
}

let pending = [];
process.stdin.on("data", (chunk) => {
  let from = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
    pending.push(chunk.subarray(from, at));
    from = at + 1;
    const line = Buffer.concat(pending).toString("utf8");
    pending = [];
    receive(line);
  }
  if (from < chunk.length) pending.push(chunk.subarray(from));
});
process.stdin.on("end", () => process.exit(0));

// The thread that Lean runs in: one request at a time, answers as JSON text.

import { parentPort, workerData } from "node:worker_threads";
import fs from "node:fs";
import process from "node:process";
import { boot } from "./boot.mjs";
import { define } from "./define.mjs";
import { Frontend, Interrupted } from "./elab.mjs";
import { evaluate } from "./evaluate.mjs";
import { Exporter } from "./export.mjs";
import { replay } from "./replay.mjs";
import { theorems } from "./theorems.mjs";
import { UNIT, box } from "./heap.mjs";

const RUNNING = 0;
const REASONS = [null, "seconds", "cancelled"];
/** Limits that a request can drive Lean beyond, but that end the process. */
const LIMITS = {
  stack: { what: "stack", message: "Lean's recursion went deeper than its stack" },
  memory: { what: "memory", message: "Lean has no more of its address space left", limit: 2 ** 31 },
};

class RequestError extends Error {}

/** Why the last request stopped ([0], index into REASONS), and where the value of its cancel token lies ([1]). */
const control = new Int32Array(new SharedArrayBuffer(8));
const snapshots = new Map();
let nextSnapshot = 1;
let served = 0;
let lean;
let frontend;
let token;
/** Lean's allocator has given up. The exit that follows does not say why. */
let outOfMemory = false;

function keep(state, examples) {
  const id = nextSnapshot++;
  snapshots.set(id, { state, examples });
  return id;
}

function snapshot(id) {
  const found = snapshots.get(id);
  if (!found) throw new RequestError(`unknown snapshot ${id}`);
  return found;
}

function text(request, field) {
  if (typeof request[field] !== "string") throw new RequestError(`${field} must be a string`);
  return request[field];
}

const interrupted = () => control[0] !== RUNNING;

/** Line (from 1) and column (from 0, in code points) of a byte offset, as Lean counts them. */
function locate(code, offset) {
  const lines = Buffer.from(code).subarray(0, offset).toString("utf8").split("\n");
  return { line: lines.length, column: [...lines.at(-1)].length };
}

const operations = {
  open(request) {
    const { state, headerEnd, imports, messages } = frontend.open(text(request, "code"));
    return { snapshot: state ? keep(state, []) : null, header_end: headerEnd, imports, messages };
  },

  elab(request) {
    const base = snapshot(request.snapshot);
    const commands = [];
    const examples = base.examples.map((env) => lean.heap.inc(env));
    const started = performance.now();
    let state = 0;
    let timedOut = null;
    try {
      state = frontend.elaborate(
        base.state,
        text(request, "code"),
        { goals: request.goals === true, heartbeats: request.heartbeats || null },
        {
          makeToken: () => lean.heap.inc(token),
          interrupted,
          onCommand({ exampleEnv, declarations, ...command }, _before, after) {
            if (exampleEnv) examples.push(exampleEnv);
            const id = request.keep === true ? keep(lean.heap.inc(after), examples.map((env) => lean.heap.inc(env))) : null;
            const holes = command.holes.map((hole) => ({ ...hole, ...locate(request.code, hole.start) }));
            commands.push({ ...command, holes, decls: declarations, snapshot: id });
          },
        },
      );
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      timedOut = REASONS[control[0]];
    }
    const seconds = (performance.now() - started) / 1000;
    if (state) return { commands, snapshot: keep(state, examples), lean_seconds: seconds, timed_out: null };
    for (const env of examples) lean.heap.dec(env);
    if (timedOut === "cancelled") throw new Interrupted();
    return { commands, snapshot: null, lean_seconds: seconds, timed_out: timedOut };
  },

  export(request) {
    const { state, examples } = snapshot(request.snapshot);
    return { document: new Exporter(lean).document(frontend.environment(state), examples) };
  },

  define(request) {
    const { state, examples } = snapshot(request.snapshot);
    const answer = define(lean, frontend.environment(state), frontend.options(state), request.document, { token, interrupted });
    if (answer === null || interrupted()) {
      if (answer?.env) lean.heap.dec(answer.env);
      throw new Interrupted();
    }
    const { env, error } = answer;
    if (!env) return { snapshot: null, accepted: false, error };
    const id = keep(frontend.withEnvironment(state, env), examples.map((each) => lean.heap.inc(each)));
    return { snapshot: id, accepted: true, error: null };
  },

  eval(request) {
    const base = snapshot(request.snapshot);
    const code = text(request, "code");
    const name = text(request, "name");
    const heartbeats = request.heartbeats || null;
    const started = performance.now();
    const messages = [];
    let state = 0;
    const answer = (fields) => {
      const seconds = (performance.now() - started) / 1000;
      return { value: null, stuck: "", messages, lean_seconds: seconds, timed_out: null, ...fields };
    };
    try {
      const onCommand = (command) => {
        lean.heap.dec(command.exampleEnv);
        messages.push(...command.messages);
      };
      state = frontend.elaborate(base.state, code, { heartbeats }, { makeToken: () => lean.heap.inc(token), interrupted, onCommand });
      if (messages.some(({ severity }) => severity === "error")) return answer({});
      const out = evaluate(lean, frontend.environment(state), name, { token, heartbeats, interrupted });
      if (interrupted()) throw new Interrupted();
      if (out === null) throw new RequestError(`the code declares no definition ${name}`);
      const { value, stuck, error } = out;
      if (error) messages.push({ severity: "error", text: error, line: 1, column: 0, end_line: null, end_column: null, kind: "" });
      return answer({ value, stuck });
    } catch (error) {
      if (!(error instanceof Interrupted) || REASONS[control[0]] === "cancelled") throw error;
      return answer({ messages: [], timed_out: REASONS[control[0]] });
    } finally {
      lean.heap.dec(state);
    }
  },

  lookup(request) {
    const { state } = snapshot(request.snapshot);
    const { names } = request;
    if (!Array.isArray(names) || names.some((name) => typeof name !== "string")) throw new RequestError("names must be strings");
    const pairs = [...new Set(names)].map((name) => [name, lean.names.parse(name)]);
    const answer = new Exporter(lean).lookup(frontend.environment(state), pairs);
    for (const [, name] of pairs) lean.heap.dec(name);
    return answer;
  },

  theorems(request) {
    const { from, most } = request;
    if (![from, most].every((n) => Number.isInteger(n) && n >= 0)) throw new RequestError("from and most must be numbers");
    const answer = theorems(lean, frontend.environment(snapshot(request.snapshot).state), from, most, interrupted);
    if (answer === null) throw new Interrupted();
    return answer;
  },

  replay(request) {
    const { state } = snapshot(request.snapshot);
    const answer = replay(lean, frontend.environment(state), request.document, { token, interrupted });
    if (answer === null || interrupted()) throw new Interrupted();
    return answer;
  },

  release(request) {
    for (const id of request.snapshots ?? []) {
      const found = snapshots.get(id);
      if (!found) continue;
      snapshots.delete(id);
      lean.heap.dec(found.state);
      for (const env of found.examples) lean.heap.dec(env);
    }
    return {};
  },

  stats() {
    return { rss: process.memoryUsage.rss(), heap: lean.heap.bytes, snapshots: snapshots.size, requests: served };
  },
};

function answer(request) {
  const operation = Object.hasOwn(operations, request.op) ? operations[request.op] : null;
  const failed = (kind, what, message) => ({ id: request.id, ok: false, error: { kind, what, message } });
  if (!operation) return failed("request", "op", `unknown operation ${request.op}`);
  control[0] = RUNNING;
  lean.heap.i32[(token + 8) >> 2] = box(0);
  outOfMemory = false;
  served++;
  let reply;
  let fault = null;
  try {
    reply = { id: request.id, ok: true, ...operation(request) };
  } catch (error) {
    if (error instanceof Interrupted) reply = failed("limit", REASONS[control[0]], "interrupted");
    else if (error instanceof RequestError) reply = failed("request", "field", error.message);
    else fault = error ?? new Error("Lean threw nothing");
  }
  // Whatever ended Lean out of turn, or overwrote its data, has left it in an undefined state: this process must go.
  if (!lean.stackIntact()) return { fatal: `the stack ran over its end: ${account(fault)}`, limit: LIMITS.stack };
  if (fault === null) return reply;
  return { fatal: account(fault), limit: limitBehind(fault) };
}

/** The limit that a fault means, null when it means none. */
function limitBehind(fault) {
  const type = typeof fault === "number" ? exceptionType(fault) : "";
  if (outOfMemory || type === "St9bad_alloc" || type === "N4lean16memory_exceptionE") return LIMITS.memory;
  if (fault instanceof RangeError || type === "N4lean21stack_space_exceptionE") return LIMITS.stack;
  return null;
}

/** The type of a C++ exception (mangled) that nobody caught: Emscripten throws the address of its object. */
function exceptionType(address) {
  const word = (at) => lean.heap.i32[at >> 2];
  const name = word(word(address - 20) + 4);
  const u8 = lean.heap.u8;
  return Buffer.from(u8.slice(name, u8.indexOf(0, name))).toString("latin1");
}

function account(fault) {
  if (typeof fault === "number") return `uncaught C++ exception ${exceptionType(fault)}`;
  return `${fault?.stack ?? fault?.message ?? fault ?? "and Lean went on"}`;
}

// What Lean prints is no protocol; it goes where the owner of this process can read it after a crash. This build prints
// debugging lines of its own while it imports, a handful for each module with private parts.
lean = await boot(workerData, (line) => {
  if (line === "INTERNAL PANIC: out of memory") outOfMemory = true;
  if (!/^\[DEBUG:|^  (- \/lean\/|mainModule\?)/.test(line)) fs.writeSync(2, `${line}\n`);
});
frontend = new Frontend(lean);
// Never freed and marked as shared, so that the supervisor may set it at any time.
token = lean.heap.raw("lean_st_mk_ref")(box(0), UNIT);
lean.heap.raw("lean_mark_mt")(token);
control[1] = token + 8;

parentPort.on("message", (request) => {
  const out = answer(request);
  parentPort.postMessage(out.fatal ? out : { answer: JSON.stringify(out) });
});
parentPort.postMessage({
  ready: { control, memory: lean.module.wasmMemory, info: { lean_version: frontend.version, lean_commit: frontend.commit } },
});

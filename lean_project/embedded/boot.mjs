// Starts compiled Lean in this thread: evaluates the derived loader, initialises the runtime, mounts the library.

import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { createRequire } from "node:module";
import { loadModule } from "./code.mjs";
import { Heap, Names, UNIT, box } from "./heap.mjs";

/** Where the library appears inside the sandbox. */
const SYSROOT = "/lean";
const STACK_BYTES = 64 << 20;
const RED_ZONE_BYTES = 64 << 10;
const RED = 0x5afe57ac;

/**
 * The build's own stack in linear memory is small, and running over its end overwrites data in silence. A larger one lets
 * Lean go as deep as elsewhere, and Lean, told its limits before it starts, then reports deep recursion as an error.
 *
 * Not all of Lean looks at the limits (the interpreter does not). Returns a function that tells whether the stack has
 * stayed within them, by a red zone beyond its end.
 */
function growStack(module, heap) {
  const zone = (module._malloc(STACK_BYTES) + 15) & ~15;
  const low = zone + RED_ZONE_BYTES;
  const high = zone + STACK_BYTES - 64;
  heap.raw("emscripten_stack_set_limits")(high, low);
  heap.raw("_emscripten_stack_restore")(high);
  const words = () => heap.i32.subarray(zone >> 2, low >> 2);
  words().fill(RED);
  return () => words().every((word) => word === RED);
}

/**
 * Resolves to `{ module, compiled, heap, names, stackIntact }` with Lean ready to import modules. `files`: paths of `loader`
 * and `sysroot`. `stackIntact()` is false once the stack has run over its end, whatever Lean answered.
 * What Lean prints goes to `print`; it is never protocol.
 */
export async function boot(files, print) {
  const folder = path.dirname(files.loader);
  const source = fs.readFileSync(files.loader, "utf8");
  const run = vm.compileFunction(`${source}\n;return Module;`, ["Module", "require", "__filename", "__dirname", "module"], {
    filename: files.loader,
  });
  const compiled = await loadModule(folder);
  const module = await new Promise((resolve, reject) => {
    const settings = {
      noInitialRun: true,
      print,
      printErr: print,
      // Lean starts its threads on demand; none has to wait in a pool.
      poolSize: 0,
      locateFile: (name) => path.join(folder, name),
      mainScriptUrlOrBlob: files.loader,
      instantiateWasm(imports, receive) {
        receive(new WebAssembly.Instance(compiled, imports), compiled);
        return {};
      },
      onAbort: (what) => reject(new Error(`Lean aborted while starting: ${what}`)),
      onRuntimeInitialized: () => resolve(settings),
    };
    try {
      run(settings, createRequire(files.loader), files.loader, folder, {});
    } catch (error) {
      reject(error);
    }
  });
  // Emscripten ends the runtime, its threads with it, whenever its event loop finds nothing to do, unless told to stay.
  module.runtimeKeepalivePush();
  const heap = new Heap(module);
  const stackIntact = growStack(module, heap);
  heap.raw("lean_initialize")();
  heap.raw("lean_init_task_manager")();
  heap.raw("lean_io_mark_end_initialization")();
  heap.result(heap.raw("lean_enable_initializer_execution")(UNIT));
  module.FS.mkdir(SYSROOT);
  module.FS.mount(module.NODEFS, { root: files.sysroot }, SYSROOT);
  heap.io("l_Lean_initSearchPath", heap.string(SYSROOT), box(0));
  return { module, compiled, heap, names: new Names(heap), stackIntact };
}

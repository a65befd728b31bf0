// Appended by derive.mjs to Emscripten's loader of Lean, in the same scope, just before that starts the module.
// It replaces some of the loader's own variables; derive.mjs checks that each of them is there.

// ---- Symbols -------------------------------------------------------------------------------------------------------
// Every exported function has a slot in the function table and every exported object an address; symbols.bin maps names
// to them: u32 count; u32 offset of each name; u32 value of each name; the NUL-terminated names in byte order.

globalThis.__leanSymbol = (() => {
  let count = 0;
  let offsets;
  let values;
  let names;
  function load() {
    const file = fs.openSync(`${__dirname}/symbols.bin`, "r");
    try {
      const size = fs.fstatSync(file).size;
      const bytes = new Uint8Array(size);
      let read = 0;
      while (read < size) {
        const more = fs.readSync(file, bytes, read, size - read, read);
        if (more === 0) throw new Error("symbols.bin became shorter while it was read");
        read += more;
      }
      count = new Uint32Array(bytes.buffer, 0, 1)[0];
      offsets = new Uint32Array(bytes.buffer, 4, count);
      values = new Uint32Array(bytes.buffer, 4 + 4 * count, count);
      names = bytes.subarray(4 + 8 * count);
    } finally {
      fs.closeSync(file);
    }
  }
  /** Table slot or address of the NUL-terminated name at `pointer` of `bytes`; 0 when there is no such symbol. */
  return (bytes, pointer) => {
    if (count === 0) load();
    let low = 0;
    let high = count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      let a = offsets[middle];
      let b = pointer;
      let difference;
      let byte;
      do {
        byte = names[a++];
        difference = byte - bytes[b++];
      } while (difference === 0 && byte !== 0);
      if (difference === 0) return values[middle] | 0;
      if (difference < 0) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  };
})();

/** `__leanSymbol` by JavaScript string. */
Module["leanSymbol"] = (name) => globalThis.__leanSymbol(new TextEncoder().encode(`${name}\0`), 0);

__dlsym_js = Object.assign(
  (handle, symbol) => {
    const found = globalThis.__leanSymbol((growMemViews(), HEAPU8), symbol);
    if (found === 0) dlSetError("unknown symbol");
    return found;
  },
  { sig: __dlsym_js.sig },
);

// ---- Start ---------------------------------------------------------------------------------------------------------

// Emscripten looks up an address for every export, and first turns the whole function table into JavaScript functions to
// do so. Only what the module imports from its global offset table is ever read.
functionsInTableMap = new WeakMap();
updateGOT = ((update) => (exports, replace) => {
  update(Object.fromEntries(Object.entries(exports).filter(([name]) => name in GOT)), replace);
})(updateGOT);

// The module holds pointers to all of OpenGL, for a function that nobody calls; each would cost a small module of its own.
reportUndefinedSymbols = ((report) => () => {
  for (const [name, entry] of Object.entries(GOT)) {
    if (name.startsWith("emscripten_gl") && entry.value === -1) entry.value = 0;
  }
  report();
})(reportUndefinedSymbols);

// ---- Ends ----------------------------------------------------------------------------------------------------------

// Nobody calls `main`, so a callback that finds nothing running must not take that for the end of the program.
noExitRuntime = true;

// The exit of the program is an exception, and leaves the exit code of this process alone. Emscripten swallows the
// exception where Lean was not called by us but by a thread's message; `onQuit` is told in any case.
quit_ = (status, thrown) => {
  Module["onQuit"]?.(status);
  throw thrown;
};

// ---- Sandbox -------------------------------------------------------------------------------------------------------
// Lean code can reach every exported C function (`@[export system] ...`) and with that every import of the module. What
// leads from there to the host is closed: processes, sockets, dynamic libraries (which may bring JavaScript), this
// process's stdin, and writing to a mounted folder. `require` and `eval` are closed at the head of the loader, functions
// that a thread may call on the main thread are cut to the module's own imports.

__emscripten_system = Object.assign((command) => (command ? -ERRNO_CODES["ENOSYS"] : 0), { sig: __emscripten_system.sig });
dlopenInternal = () => {
  dlSetError("dynamic libraries are turned off");
  return 0;
};
SOCKFS.createSocket = () => {
  throw new FS.ErrnoError(ERRNO_CODES["EAFNOSUPPORT"]);
};
FS_stdin_getChar = () => null;
{
  const readOnly = () => {
    throw new FS.ErrnoError(ERRNO_CODES["EROFS"]);
  };
  for (const name of ["mknod", "rename", "rmdir", "setattr", "symlink", "unlink"]) NODEFS.node_ops[name] = readOnly;
  for (const name of ["msync", "setattr", "write"]) NODEFS.stream_ops[name] = readOnly;
  const open = NODEFS.stream_ops.open;
  NODEFS.stream_ops.open = (stream) => {
    const accessMode = stream.flags & 3;
    if (accessMode !== 0) readOnly();
    open(stream);
  };
}

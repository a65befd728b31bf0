// Lean objects as they lie in the linear memory of the pinned wasm32 build, and calls of compiled Lean functions.
//
// Object header: int32 reference count at 0 (positive: owned by one thread, negative: shared between threads, 0: never
// freed), u16 size at 4, u8 number of object fields at 6, u8 tag at 7. Constructor fields follow from 8, four bytes each,
// then the scalar fields. Small values are boxed: (n << 1) | 1.
//
// Ownership. `call` always uses the `___boxed` variant of a function where there is one: that variant takes every argument
// as an owned object and releases what the function proper only borrows; a function without one owns all its arguments
// anyway. So one rule holds everywhere: arguments of `call` are consumed, results are owned by the caller. `field` and the
// other readers lend: `inc` what has to live longer.

export const TAG = { closure: 245, array: 246, string: 249, mpz: 250, task: 252, ref: 253 };
export const box = (n) => (n << 1) | 1;
export const unbox = (o) => o >>> 1;
export const isScalar = (o) => (o & 1) === 1;
export const UNIT = box(0);

/** An error result of a Lean IO function; `lean` holds the text that Lean gives it. */
export class LeanError extends Error {}

export class Heap {
  #module;
  #table;
  #functions = new Map();
  #encoder = new TextEncoder();
  #decoder = new TextDecoder();
  #buffer = null;
  #i32;
  #u8;
  #cstring = 0;
  #cstringSize = 0;

  constructor(module) {
    this.#module = module;
    this.#table = module.wasmTable ?? module.__indirect_function_table;
  }

  #refresh() {
    const buffer = this.#module.wasmMemory.buffer;
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.#i32 = new Int32Array(buffer);
      this.#u8 = new Uint8Array(buffer);
    }
  }

  /** Views of the memory; taken anew after every call into Lean, since the memory may have grown. */
  get i32() {
    if (this.#module.wasmMemory.buffer !== this.#buffer) this.#refresh();
    return this.#i32;
  }

  get u8() {
    if (this.#module.wasmMemory.buffer !== this.#buffer) this.#refresh();
    return this.#u8;
  }

  get bytes() {
    return this.#module.wasmMemory.buffer.byteLength;
  }

  /** A C string for the symbol look-up, in a scratch area that is reused. */
  #scratch(text) {
    const data = this.#encoder.encode(text);
    if (data.length + 1 > this.#cstringSize) {
      if (this.#cstring) this.#module._free(this.#cstring);
      this.#cstringSize = Math.max(4096, 2 * (data.length + 1));
      this.#cstring = this.#module._malloc(this.#cstringSize);
    }
    const u8 = this.u8;
    u8.set(data, this.#cstring);
    u8[this.#cstring + data.length] = 0;
    return this.#cstring;
  }

  /** The table slot of a function or the address of a datum; 0 when this build has no such symbol. */
  symbol(name) {
    const pointer = this.#scratch(name);
    return globalThis.__leanSymbol(this.u8, pointer);
  }

  /** The wasm function of exactly this symbol, or null. */
  raw(name) {
    let found = this.#functions.get(name);
    if (found === undefined) {
      const slot = this.symbol(name);
      found = slot ? this.#table.get(slot) : null;
      this.#functions.set(name, found);
    }
    return found;
  }

  /** Call a compiled Lean function by symbol (without `___boxed`); arguments are consumed, the result is owned. */
  call(name, ...args) {
    const found = this.raw(`${name}___boxed`) ?? this.raw(name);
    if (!found) throw new LeanError(`this build of Lean has no ${name}`);
    if (found.length !== args.length) throw new LeanError(`${name} takes ${found.length} arguments, not ${args.length}`);
    return found(...args);
  }

  /** Call a function of type `... → IO α` (the world token is added here); its error becomes a LeanError. */
  io(name, ...args) {
    return this.result(this.call(name, ...args, UNIT));
  }

  /** The value of an `EIO` result, consumed; throws `LeanError` on its error side. */
  result(out) {
    if (this.tag(out) === 0) return this.take(out, 0);
    throw new LeanError(this.text(this.call("lean_io_error_to_string", this.take(out, 0))));
  }

  alloc(fields, scalars, tag) {
    const size = 8 + 4 * fields + scalars;
    const object = this.raw("lean_alloc_object")(size);
    const u8 = this.u8;
    this.i32[object >> 2] = 1;
    u8[object + 4] = size & 255;
    u8[object + 5] = size >> 8;
    u8[object + 6] = fields;
    u8[object + 7] = tag;
    return object;
  }

  /** A constructor object; `scalars` is the list of its trailing bytes. Consumes the fields. */
  ctor(tag, fields, scalars = []) {
    const padded = (scalars.length + 3) & ~3;
    const object = this.alloc(fields.length, padded, tag);
    const i32 = this.i32;
    const u8 = this.u8;
    fields.forEach((value, i) => (i32[(object + 8 + 4 * i) >> 2] = value));
    for (let i = 0; i < padded; i++) u8[object + 8 + 4 * fields.length + i] = scalars[i] ?? 0;
    return object;
  }

  pair(a, b) {
    return this.ctor(0, [a, b]);
  }

  some(value) {
    return this.ctor(1, [value]);
  }

  list(items) {
    return items.reduceRight((tail, head) => this.ctor(1, [head, tail]), UNIT);
  }

  array(items) {
    const object = this.raw("lean_alloc_object")(16 + 4 * items.length);
    const u8 = this.u8;
    const i32 = this.i32;
    i32[object >> 2] = 1;
    i32[(object + 4) >> 2] = 0;
    u8[object + 7] = TAG.array;
    i32[(object + 8) >> 2] = items.length;
    i32[(object + 12) >> 2] = items.length;
    items.forEach((value, i) => (i32[(object + 16 + 4 * i) >> 2] = value));
    return object;
  }

  /** A closure over the boxed variant of `name` with its first arguments fixed. Consumes them. */
  closure(name, fixed) {
    const found = this.symbol(`${name}___boxed`) || this.symbol(name);
    if (!found) throw new LeanError(`this build of Lean has no ${name}`);
    const object = this.raw("lean_alloc_object")(16 + 4 * fixed.length);
    const u8 = this.u8;
    const i32 = this.i32;
    i32[object >> 2] = 1;
    i32[(object + 4) >> 2] = 0;
    u8[object + 7] = TAG.closure;
    i32[(object + 8) >> 2] = found;
    const arity = this.#table.get(found).length;
    i32[(object + 12) >> 2] = arity | (fixed.length << 16);
    fixed.forEach((value, i) => (i32[(object + 16 + 4 * i) >> 2] = value));
    return object;
  }

  string(text) {
    const data = this.#encoder.encode(text);
    let length = 0;
    for (const byte of data) if ((byte & 0xc0) !== 0x80) length++;
    const object = this.raw("lean_alloc_object")(20 + data.length + 1);
    const u8 = this.u8;
    const i32 = this.i32;
    i32[object >> 2] = 1;
    i32[(object + 4) >> 2] = 0;
    u8[object + 7] = TAG.string;
    i32[(object + 8) >> 2] = data.length + 1;
    i32[(object + 12) >> 2] = data.length + 1;
    i32[(object + 16) >> 2] = length;
    u8.set(data, object + 20);
    u8[object + 20 + data.length] = 0;
    return object;
  }

  /** A natural number; above 31 bits through its decimal digits. */
  nat(value) {
    const big = BigInt(value);
    if (big < 0x40000000n) return box(Number(big));
    return this.raw("lean_cstr_to_nat")(this.#scratch(big.toString()));
  }

  /** The JS string of a Lean string; lends. */
  peek(object) {
    const size = this.i32[(object + 8) >> 2] - 1;
    return this.#decoder.decode(this.u8.slice(object + 20, object + 20 + size));
  }

  /** The JS string of a Lean string; consumes. */
  text(object) {
    const out = this.peek(object);
    this.dec(object);
    return out;
  }

  /** Decimal digits of a natural number; lends. */
  digits(object) {
    if (isScalar(object)) return String(unbox(object));
    this.inc(object);
    return this.text(this.call("l_Nat_reprFast", object));
  }

  tag(object) {
    return isScalar(object) ? unbox(object) : this.u8[object + 7];
  }

  field(object, index) {
    return this.i32[(object + 8 + 4 * index) >> 2];
  }

  fields(object) {
    return this.u8[object + 6];
  }

  /** The n-th scalar byte behind the object fields. */
  byte(object, index) {
    return this.u8[object + 8 + 4 * this.u8[object + 6] + index];
  }

  uint32(object, index) {
    return this.i32[(object + 8 + 4 * this.u8[object + 6] + 4 * index) >> 2] >>> 0;
  }

  /** Take one field out of an object and release the rest. */
  take(object, index) {
    const value = this.inc(this.field(object, index));
    this.dec(object);
    return value;
  }

  size(array) {
    return this.i32[(array + 8) >> 2];
  }

  at(array, index) {
    return this.i32[(array + 16 + 4 * index) >> 2];
  }

  *listItems(list) {
    for (let cell = list; !isScalar(cell); cell = this.field(cell, 1)) yield this.field(cell, 0);
  }

  *arrayItems(array) {
    for (let i = 0, n = this.size(array); i < n; i++) yield this.at(array, i);
  }

  inc(object) {
    if (isScalar(object) || object === 0) return object;
    const i32 = this.i32;
    const count = i32[object >> 2];
    if (count > 0) i32[object >> 2] = count + 1;
    else if (count < 0) Atomics.sub(i32, object >> 2, 1);
    return object;
  }

  dec(object) {
    if (isScalar(object) || object === 0) return;
    const i32 = this.i32;
    const count = i32[object >> 2];
    if (count > 1) i32[object >> 2] = count - 1;
    else if (count !== 0) this.raw("lean_dec_ref_cold")(object);
  }

  /** A copy of a constructor object with some fields replaced (consumed); the original is consumed too. */
  with(object, changes) {
    const count = this.fields(object);
    const size = this.u8[object + 4] | (this.u8[object + 5] << 8);
    const copy = this.alloc(count, size - 8 - 4 * count, this.u8[object + 7]);
    for (let i = 0; i < count; i++) {
      this.i32[(copy + 8 + 4 * i) >> 2] = i in changes ? changes[i] : this.inc(this.field(object, i));
    }
    const u8 = this.u8;
    u8.copyWithin(copy + 8 + 4 * count, object + 8 + 4 * count, object + size);
    this.dec(object);
    return copy;
  }

  /** Items of a Lean `PersistentArray`, in order; lends. */
  *persistentArray(object) {
    const heap = this;
    function* node(n) {
      const inner = heap.tag(n) === 0;
      for (const child of heap.arrayItems(heap.field(n, 0))) {
        if (inner) yield* node(child);
        else yield child;
      }
    }
    yield* node(this.field(object, 0));
    yield* this.arrayItems(this.field(object, 1));
  }

  /** Entries of a Lean `PersistentHashMap`, in its own order; lends. */
  *persistentMap(object) {
    const heap = this;
    function* node(n) {
      if (heap.tag(n) === 1) {
        const keys = heap.field(n, 0);
        const values = heap.field(n, 1);
        for (let i = 0, m = heap.size(keys); i < m; i++) yield [heap.at(keys, i), heap.at(values, i)];
        return;
      }
      for (const entry of heap.arrayItems(heap.field(n, 0))) {
        if (isScalar(entry)) continue;
        if (heap.tag(entry) === 0) yield [heap.field(entry, 0), heap.field(entry, 1)];
        else yield* node(heap.field(entry, 0));
      }
    }
    yield* node(object);
  }
}

/** Lean names from and to JS strings. A JS name is a list of parts, strings and numbers. */
export class Names {
  #heap;
  #cache = new Map();

  constructor(heap) {
    this.#heap = heap;
  }

  /** A name from its dotted text; no escapes (for names that this program itself writes). Owned by the cache; lends. */
  get(dotted) {
    let found = this.#cache.get(dotted);
    if (found === undefined) {
      found = UNIT;
      for (const part of dotted.split(".")) found = this.#heap.call("l_Lean_Name_str___override", this.#heap.inc(found), this.#heap.string(part));
      this.#cache.set(dotted, found);
    }
    return found;
  }

  owned(dotted) {
    return this.#heap.inc(this.get(dotted));
  }

  /** A name from its text as Lean prints it, owned: the inverse of `text`. Parts between « and » are taken as they stand. */
  parse(text) {
    let name = UNIT;
    for (const [, quoted, plain] of text.matchAll(/«([^»]*)»|([^.]+)/g)) {
      if (quoted === undefined && /^[0-9]+$/.test(plain)) {
        name = this.#heap.call("l_Lean_Name_num___override", name, this.#heap.nat(plain));
      } else {
        name = this.#heap.call("l_Lean_Name_str___override", name, this.#heap.string(quoted ?? plain));
      }
    }
    return name;
  }

  /** Parts of a name, outermost first; lends. */
  parts(name) {
    const out = [];
    for (let n = name; !isScalar(n); n = this.#heap.field(n, 0)) {
      const last = this.#heap.field(n, 1);
      out.push(this.#heap.tag(n) === 1 ? this.#heap.peek(last) : Number(this.#heap.digits(last)));
    }
    return out.reverse();
  }

  /** The text of a name as Lean prints it (with «» where needed); lends. */
  text(name) {
    return this.#heap.text(this.#heap.call("l_Lean_Name_toString", this.#heap.inc(name), box(1)));
  }
}

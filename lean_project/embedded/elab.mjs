// Opening headers and elaborating commands on immutable snapshots.
//
// A snapshot is a Lean command state (environment, scopes, name generators). It is immutable, so keeping one costs a
// reference count, and going back to it costs nothing.

import { UNIT, box, unbox, LeanError } from "./heap.mjs";
import { Closer } from "./closed.mjs";
import { InfoReader } from "./info.mjs";

// Indices of the fields of `Lean.Elab.Command.State` in the pinned build.
const STATE = { env: 0, messages: 1, scopes: 2, infoState: 8, traceState: 9, snapshotTasks: 10 };
// Object fields of `Lean.Elab.Command.Scope`; its first scalar byte is `isNoncomputable`.
const SCOPE = { opts: 1, currNamespace: 2, openDecls: 3 };
const FIRST_MACRO_SCOPE = 1;
const OLEAN_LEVEL_PRIVATE = 2;
const EXAMPLE = "Lean.Parser.Command.example";
const END_OF_INPUT = "Lean.Parser.Command.eoi";

/** The time given to a request ran out, or it was cancelled, while Lean was at it. */
export class Interrupted extends Error {}

export class Frontend {
  #lean;
  #heap;
  #names;
  #info;
  #environments = new Map();
  #empty = null;

  constructor(lean) {
    this.#lean = lean;
    this.#heap = lean.heap;
    this.#names = lean.names;
    this.#info = new InfoReader(lean);
  }

  get version() {
    return this.#heap.peek(this.#constant("l_Lean_versionStringCore"));
  }

  get commit() {
    return this.#heap.peek(this.#constant("l_Lean_githash"));
  }

  /** The value of a compiled constant; lends. */
  #constant(name) {
    return this.#heap.i32[this.#heap.symbol(name) >> 2];
  }

  #emptyLog() {
    return this.#heap.inc(this.#constant("l_Lean_MessageLog_empty"));
  }

  #inputContext(code) {
    const heap = this.#heap;
    const input = heap.string(code);
    const map = heap.call("l_Lean_FileMap_ofString", heap.inc(input));
    const end = box(heap.i32[(input + 8) >> 2] - 1);
    return heap.ctor(0, [input, heap.string("<input>"), map, end]);
  }

  /** Parse the header of `code` and import what it names: `{ state (owned, or 0), headerEnd, imports, messages }`. */
  open(code) {
    const heap = this.#heap;
    const input = this.#inputContext(code);
    const parsed = heap.io("l_Lean_Parser_parseHeader", heap.inc(input));
    const header = heap.field(parsed, 0);
    const rest = heap.field(parsed, 1);
    const headerEnd = unbox(heap.field(heap.field(rest, 0), 0));
    const messages = this.#messages(heap.inc(heap.field(rest, 1)));
    const isModule = unbox(heap.call("l_Lean_Elab_HeaderSyntax_isModule", heap.inc(header))) === 1;
    const imports = heap.call("l_Lean_Elab_headerToImports", heap.inc(header), box(1));
    heap.dec(parsed);
    const items = [...heap.arrayItems(imports)];
    const modules = [...new Set(items.map((item) => this.#names.text(heap.field(item, 0))))];
    const answer = { state: 0, headerEnd, imports: modules, messages };
    if (!messages.some((message) => message.severity === "error")) {
      const flags = items.map((item) => [0, 1, 2].map((i) => heap.byte(item, i)).join(""));
      const key = JSON.stringify([isModule, modules, flags]);
      if (!this.#environments.has(key)) {
        const { env, problems } = this.#import(heap.inc(imports), isModule, heap.inc(input));
        messages.push(...problems);
        if (env) this.#environments.set(key, env);
      }
      const env = this.#environments.get(key);
      if (env) answer.state = this.#initialState(heap.inc(env));
    }
    heap.dec(imports);
    heap.dec(input);
    return answer;
  }

  #import(imports, isModule, input) {
    const heap = this.#heap;
    try {
      if (!isModule) {
        heap.dec(input);
        const env = heap.io(
          "l_Lean_importModules", imports, UNIT, box(0), heap.array([]), box(0), box(1), box(OLEAN_LEVEL_PRIVATE), box(1),
        );
        return { env: this.#shared(env), problems: [] };
      }
      // A `module` file: the frontend's own function sets the environment up for it.
      const out = heap.io(
        "l_Lean_Elab_processHeaderCore", box(0), imports, box(1), UNIT, this.#emptyLog(), input, box(0), heap.array([]),
        box(0), this.#names.owned("Input"), UNIT, box(1),
      );
      const problems = this.#messages(heap.inc(heap.field(out, 1)));
      const env = heap.take(out, 0);
      if (!problems.some((message) => message.severity === "error")) return { env: this.#shared(env), problems };
      heap.dec(env);
      return { env: 0, problems };
    } catch (error) {
      if (!(error instanceof LeanError)) throw error;
      const at = { line: 1, column: 0, end_line: null, end_column: null };
      return { env: 0, problems: [{ severity: "error", text: error.message, kind: "", ...at }] };
    }
  }

  /** Lean's own threads see the environment: it must be marked as shared between threads. */
  #shared(env) {
    this.#heap.raw("lean_mark_mt")?.(env);
    return env;
  }

  #initialState(env) {
    const heap = this.#heap;
    const state = heap.call("l_Lean_Elab_Command_mkState", env, this.#emptyLog(), UNIT);
    if (this.#empty === null) {
      const fields = [STATE.messages, STATE.infoState, STATE.traceState, STATE.snapshotTasks];
      this.#empty = fields.map((index) => [index, heap.inc(heap.field(state, index))]);
    }
    // This build cannot compile many ordinary definitions, because the private parts of the library are not shipped. As in
    // a `noncomputable section`, a definition without code is then noncomputable instead of an error. Terms do not change.
    const scope = heap.with(heap.inc(heap.field(heap.field(state, STATE.scopes), 0)), {});
    heap.u8[scope + 8 + 4 * heap.fields(scope)] = 1;
    return heap.with(state, { [STATE.scopes]: heap.list([scope]) });
  }

  environment(state) {
    return this.#heap.field(state, STATE.env);
  }

  /** The state (lent) with another environment (consumed), owned. */
  withEnvironment(state, env) {
    return this.#heap.with(this.#heap.inc(state), { [STATE.env]: env });
  }

  /** The state with messages and information trees emptied: what the next command starts from. Consumes. */
  #cleared(state) {
    return this.#heap.with(state, Object.fromEntries(this.#empty.map(([index, value]) => [index, this.#heap.inc(value)])));
  }

  /**
   * Elaborate the commands of `code` on `state` (lent). `onCommand(record, before, after)` is called for each, with the
   * states before and after it lent; `record.exampleEnv` (owned) is the environment of an `example`, else 0.
   * `makeToken()` gives a fresh cancel token (owned) for each command, or 0; `interrupted()` says whether it was set.
   * Returns the final state (owned). Throws `Interrupted` when the token was set.
   */
  elaborate(state, code, { goals = false, heartbeats = null }, { makeToken, interrupted, onCommand }) {
    const heap = this.#heap;
    const input = this.#inputContext(code);
    let current = this.#cleared(heap.inc(state));
    let position = heap.ctor(0, [box(this.#firstCommand(input))], [0]);
    try {
      for (;;) {
        const before = unbox(heap.field(position, 0));
        const { stx, log, next } = this.#parse(input, current, position);
        position = next;
        const kind = this.#info.kind(stx);
        const messages = this.#messages(log);
        if (kind === END_OF_INPUT) {
          heap.dec(stx);
          // Parse errors at the very end belong to no command of their own.
          if (messages.length) onCommand({ kind, start: before, end: before, messages, holes: [], declarations: [], exampleEnv: 0 }, current, current);
          return current;
        }
        const [start, end] = this.#info.range(stx) ?? [before, unbox(heap.field(position, 0))];
        const holes = this.#info.holes(stx);
        const isExample = kind === "Lean.Parser.Command.declaration" && this.#declaresExample(stx);
        const terminal = unbox(heap.call("l_Lean_Parser_isTerminalCommand", heap.inc(stx))) === 1;
        const after = this.#run(stx, current, input, start, heartbeats, makeToken());
        if (interrupted()) {
          heap.dec(after);
          throw new Interrupted();
        }
        messages.push(...this.#messages(heap.inc(heap.field(after, STATE.messages))));
        const read = this.#read(after, holes, { env: goals && holes.length ? this.environment(current) : 0, example: isExample });
        const cleared = this.#cleared(after);
        onCommand({ kind, start, end, messages, holes, ...read }, current, cleared);
        heap.dec(current);
        current = cleared;
        if (terminal) return current;
      }
    } catch (error) {
      heap.dec(current);
      throw error;
    } finally {
      heap.dec(position);
      heap.dec(input);
    }
  }

  /** What the information trees say; goals are closed over the constants of `env` (lent; 0: no goals). */
  #read(after, holes, { env, example }) {
    const closer = env ? new Closer(this.#lean, env) : null;
    try {
      return this.#info.read(this.#heap.field(after, STATE.infoState), holes, { closer, example });
    } finally {
      closer?.release();
    }
  }

  /** Where the first command begins. The command parser expects that the white space before it has been read. */
  #firstCommand(input) {
    const heap = this.#heap;
    const parsed = heap.io("l_Lean_Parser_parseHeader", heap.inc(input));
    const rest = heap.field(parsed, 1);
    const isEmpty = this.#info.range(heap.field(parsed, 0)) === null;
    const position = unbox(heap.field(heap.field(rest, 0), 0));
    // An error, such as a comment that does not end, is for the command parser to report.
    const isClean = this.#messages(heap.inc(heap.field(rest, 1))).length === 0;
    heap.dec(parsed);
    return isEmpty && isClean ? position : 0;
  }

  #declaresExample(stx) {
    const children = this.#heap.field(stx, 2);
    return this.#heap.size(children) > 1 && this.#info.kind(this.#heap.at(children, 1)) === EXAMPLE;
  }

  /** Parse one command; consumes `position`. */
  #parse(input, state, position) {
    const heap = this.#heap;
    const scope = heap.field(heap.field(state, STATE.scopes), 0);
    const context = heap.ctor(0, [
      heap.inc(heap.field(state, STATE.env)),
      heap.inc(heap.field(scope, SCOPE.opts)),
      heap.inc(heap.field(scope, SCOPE.currNamespace)),
      heap.inc(heap.field(scope, SCOPE.openDecls)),
    ]);
    const out = heap.call("l_Lean_Parser_parseCommand", heap.inc(input), context, position, this.#emptyLog());
    const rest = heap.field(out, 1);
    const answer = { stx: heap.inc(heap.field(out, 0)), next: heap.inc(heap.field(rest, 0)), log: heap.inc(heap.field(rest, 1)) };
    heap.dec(out);
    return answer;
  }

  /** Elaborate one command; consumes `stx` and `token`, lends the rest. The state after it, owned. */
  #run(stx, state, input, start, heartbeats, token) {
    const heap = this.#heap;
    const bounded = heartbeats === null ? heap.inc(state) : this.#withHeartbeats(state, heartbeats);
    const reference = heap.raw("lean_st_mk_ref")(bounded, UNIT);
    const context = heap.ctor(
      0,
      [
        heap.inc(heap.field(input, 1)), heap.inc(heap.field(input, 2)), box(0), box(start), UNIT, UNIT,
        box(FIRST_MACRO_SCOPE), UNIT, UNIT, token ? heap.some(token) : UNIT,
      ],
      [0],
    );
    const action = heap.closure("l_Lean_Elab_Command_elabCommandTopLevel", [stx]);
    // Its error side is an interrupt or another internal exception; what Lean had to say is in the messages.
    heap.dec(heap.call("l_Lean_Elab_Command_withLoggingExceptions", action, context, heap.inc(reference), UNIT));
    const after = heap.inc(heap.field(reference, 0));
    heap.dec(reference);
    return heartbeats === null ? after : this.#withoutHeartbeats(state, after, heartbeats);
  }

  options(state) {
    return this.#heap.field(this.#heap.field(this.#heap.field(state, STATE.scopes), 0), SCOPE.opts);
  }

  /** A copy of `state` (lent) whose innermost scope has `maxHeartbeats` set. */
  #withHeartbeats(state, heartbeats) {
    const heap = this.#heap;
    const options = heap.inc(this.options(state));
    const bounded = heap.call("l_Lean_KVMap_setNat", options, this.#names.owned("maxHeartbeats"), heap.nat(heartbeats));
    const scopes = heap.field(state, STATE.scopes);
    const head = heap.with(heap.inc(heap.field(scopes, 0)), { [SCOPE.opts]: bounded });
    return heap.with(heap.inc(state), { [STATE.scopes]: heap.ctor(1, [head, heap.inc(heap.field(scopes, 1))]) });
  }

  /**
   * Take our `maxHeartbeats` out of the state after a command again (consumed), in every scope that inherited it: a
   * snapshot must not depend on the limits of the request that made it.
   */
  #withoutHeartbeats(before, after, heartbeats) {
    const heap = this.#heap;
    const key = () => this.#names.owned("maxHeartbeats");
    const value = (options) => heap.call("l_Lean_KVMap_getNat", heap.inc(options), key(), box(0));
    const own = value(this.options(before));
    const scopes = [...heap.listItems(heap.field(after, STATE.scopes))].map((scope) => {
      const options = heap.field(scope, SCOPE.opts);
      const current = value(options);
      const ours = current === box(heartbeats);
      heap.dec(current);
      if (!ours) return heap.inc(scope);
      const restored =
        own === box(0)
          ? heap.call("l_Lean_KVMap_erase", heap.inc(options), key())
          : heap.call("l_Lean_KVMap_setNat", heap.inc(options), key(), heap.inc(own));
      return heap.with(heap.inc(scope), { [SCOPE.opts]: restored });
    });
    heap.dec(own);
    return heap.with(after, { [STATE.scopes]: heap.list(scopes) });
  }

  /** The messages of a log as protocol records; consumes the log. */
  #messages(log) {
    const heap = this.#heap;
    const list = heap.call("l_Lean_MessageLog_toList", log);
    const out = [];
    for (const message of heap.listItems(list)) {
      const json = heap.call("l_Lean_Message_toJson", heap.inc(message), UNIT);
      const data = JSON.parse(heap.text(heap.call("l_Lean_Json_compress", json)));
      out.push({
        severity: data.severity,
        text: data.data,
        line: data.pos.line,
        column: data.pos.column,
        end_line: data.endPos?.line ?? null,
        end_column: data.endPos?.column ?? null,
        kind: data.kind === "[anonymous]" ? "" : (data.kind ?? ""),
      });
    }
    heap.dec(list);
    return out;
  }
}

// Reading what Lean knows about one elaborated command: byte range, holes with their goals, names declared.
//
// Everything comes from the compiler's own syntax tree and information trees; nothing is searched for in text.

import { UNIT, box, isScalar, unbox, LeanError } from "./heap.mjs";

const HOLE_KINDS = { "Lean.Parser.Term.sorry": "term", "Lean.Parser.Tactic.tacticSorry": "tactic" };
// Tags of `Lean.Syntax`, `Lean.SourceInfo`, `Lean.Elab.InfoTree`, `Lean.Elab.Info`, `Lean.Elab.PartialContextInfo`.
const SYNTAX = { node: 1, atom: 2, ident: 3 };
const ORIGINAL = 0;
const TREE = { context: 0, node: 1, hole: 2 };
const INFO = { tactic: 0, term: 1 };
const CONTEXT = { command: 0, declaration: 1 };
// Field indices: `CommandContextInfo.mctx`, `.env`, `InfoState.assignment`, `.trees`, `MetavarDecl.lctx`, `.type`.
const COMMAND_CONTEXT = { env: 0, mctx: 3 };
const INFO_STATE = { assignment: 0, trees: 2 };
const MVAR_DECL = { lctx: 1, type: 2 };

export class InfoReader {
  #heap;
  #names;
  #kinds = new Map();

  constructor(lean) {
    this.#heap = lean.heap;
    this.#names = lean.names;
  }

  kind(stx) {
    if (isScalar(stx) || this.#heap.tag(stx) !== SYNTAX.node) return "";
    // Kind names are interned constants of the build for the most part, so the pointer is a good cache key; a freed
    // name's address may come back, hence only names that are never freed (count 0) are remembered.
    const name = this.#heap.field(stx, 1);
    const found = this.#kinds.get(name);
    if (found !== undefined) return found;
    const text = this.#names.text(name);
    if (!isScalar(name) && this.#heap.i32[name >> 2] === 0) this.#kinds.set(name, text);
    return text;
  }

  /** `[start, end]` in bytes, of the original source that a syntax tree covers; null when it covers none. */
  range(stx) {
    const heap = this.#heap;
    let start = null;
    let end = null;
    const stack = [stx];
    while (stack.length) {
      const node = stack.pop();
      if (isScalar(node)) continue;
      if (heap.tag(node) === SYNTAX.node) {
        const children = heap.field(node, 2);
        for (let i = heap.size(children) - 1; i >= 0; i--) stack.push(heap.at(children, i));
        continue;
      }
      const info = heap.field(node, 0);
      if (isScalar(info) || heap.tag(info) !== ORIGINAL) continue;
      if (start === null) start = unbox(heap.field(info, 1));
      end = unbox(heap.field(info, 3));
    }
    return start === null ? null : [start, end];
  }

  /** Every `sorry` that stands in the source of this command. */
  holes(stx) {
    const heap = this.#heap;
    const found = [];
    const stack = [stx];
    while (stack.length) {
      const node = stack.pop();
      if (isScalar(node) || heap.tag(node) !== SYNTAX.node) continue;
      const syntax = HOLE_KINDS[this.kind(node)];
      if (syntax) {
        const range = this.range(node);
        if (range) found.push({ start: range[0], end: range[1], syntax, decl: "", goals: [] });
        continue;
      }
      const children = heap.field(node, 2);
      for (let i = heap.size(children) - 1; i >= 0; i--) stack.push(heap.at(children, i));
    }
    return found;
  }

  /**
   * Walk the information trees once: goals for `holes` (filled in place, where there is a `closer` for them), the names of
   * declarations, and the environment of an `example`, which Lean forgets afterwards (owned, or 0).
   */
  read(infoState, holes, { closer, example }) {
    const heap = this.#heap;
    const byRange = new Map(holes.map((hole) => [`${hole.start}:${hole.end}`, { hole, seen: new Set() }]));
    const assignment = new Map();
    for (const [id, tree] of heap.persistentMap(heap.field(infoState, INFO_STATE.assignment))) {
      assignment.set(this.#names.text(id), tree);
    }
    const declarations = new Set();
    let exampleEnv = 0;
    const visit = (tree, context, declaration) => {
      // Trees are as deep as terms are nested; a loop over an explicit stack keeps deep ones from overflowing ours.
      const stack = [[tree, context, declaration]];
      while (stack.length) {
        const [node, ctx, decl] = stack.pop();
        const tag = heap.tag(node);
        if (tag === TREE.context) {
          const part = heap.field(node, 0);
          const inner = heap.field(node, 1);
          if (heap.tag(part) === CONTEXT.command) {
            stack.push([inner, heap.field(part, 0), decl]);
            if (example && decl) exampleEnv = heap.field(heap.field(part, 0), COMMAND_CONTEXT.env);
          } else if (heap.tag(part) === CONTEXT.declaration) {
            const name = heap.field(part, 0);
            declarations.add(this.#names.text(name));
            stack.push([inner, ctx, name]);
          } else stack.push([inner, ctx, decl]);
          continue;
        }
        if (tag === TREE.hole) {
          const target = assignment.get(this.#names.text(heap.field(node, 0)));
          if (target) stack.push([target, ctx, decl]);
          continue;
        }
        if (example && ctx) exampleEnv = heap.field(ctx, COMMAND_CONTEXT.env);
        this.#hole(heap.field(node, 0), ctx, decl, byRange, closer);
        const children = [...heap.persistentArray(heap.field(node, 1))];
        for (let i = children.length - 1; i >= 0; i--) stack.push([children[i], ctx, decl]);
      }
    };
    for (const tree of heap.persistentArray(heap.field(infoState, INFO_STATE.trees))) visit(tree, 0, 0);
    return { declarations: [...declarations], exampleEnv: exampleEnv ? heap.inc(exampleEnv) : 0 };
  }

  #hole(info, context, declaration, byRange, closer) {
    const heap = this.#heap;
    const tag = heap.tag(info);
    if (tag !== INFO.tactic && tag !== INFO.term) return;
    const data = heap.field(info, 0);
    const stx = heap.field(heap.field(data, 0), 1);
    const syntax = HOLE_KINDS[this.kind(stx)];
    if (!syntax || (tag === INFO.tactic) !== (syntax === "tactic")) return;
    const range = this.range(stx);
    const entry = range && byRange.get(`${range[0]}:${range[1]}`);
    if (!entry || !context) return;
    const { hole, seen } = entry;
    if (declaration) hole.decl = this.#names.text(declaration);
    if (!closer) return;
    if (tag === INFO.tactic) this.#tacticGoals(data, context, closer, hole, seen);
    else this.#termGoal(data, context, closer, hole, seen);
  }

  /** The open goals that a tactic found. A tactic that runs several times may find one of them again. */
  #tacticGoals(data, context, closer, hole, seen) {
    const heap = this.#heap;
    const mctx = heap.field(data, 1);
    for (const goal of heap.listItems(heap.field(data, 2))) {
      const id = this.#names.text(goal);
      if (seen.has(id)) continue;
      seen.add(id);
      const assigned = heap.call("l_Lean_MetavarContext_getExprAssignmentCore_x3f", heap.inc(mctx), heap.inc(goal));
      heap.dec(assigned);
      if (!isScalar(assigned)) continue;
      const decl = heap.call("l_Lean_MetavarContext_findDecl_x3f", heap.inc(mctx), heap.inc(goal));
      if (isScalar(decl)) continue;
      const value = heap.take(decl, 0);
      hole.goals.push(this.#goal(context, mctx, goal, heap.field(value, MVAR_DECL.lctx), heap.field(value, MVAR_DECL.type), closer));
      heap.dec(value);
    }
  }

  /** The expected type of a term. It is no metavariable, so where Lean elaborates the term again, only its text can tell. */
  #termGoal(data, context, closer, hole, seen) {
    const heap = this.#heap;
    const expected = heap.field(data, 2);
    if (isScalar(expected)) return;
    const lctx = heap.field(data, 1);
    const type = heap.field(expected, 0);
    // Lean prints goals of metavariables: give the expected type one.
    const id = this.#names.get("_gentzen_hole");
    const mctx = heap.call(
      "l_Lean_MetavarContext_addExprMVarDecl", heap.inc(heap.field(context, COMMAND_CONTEXT.mctx)), heap.inc(id), UNIT,
      heap.inc(lctx), heap.array([]), heap.inc(type), box(0), box(0),
    );
    const goal = this.#goal(context, mctx, id, lctx, type, closer);
    heap.dec(mctx);
    if (!seen.has(goal.text)) hole.goals.push(goal);
    seen.add(goal.text);
  }

  /** All arguments are lent. */
  #goal(context, mctx, id, lctx, type, closer) {
    const heap = this.#heap;
    const contextInfo = () => {
      const command = heap.with(heap.inc(context), { [COMMAND_CONTEXT.mctx]: heap.inc(mctx) });
      return heap.ctor(0, [command, UNIT, heap.array([])]);
    };
    const isProp = (term) => {
      const action = heap.closure("l_Lean_Meta_isProp", [heap.inc(term)]);
      return unbox(heap.io("l_Lean_Elab_ContextInfo_runMetaM___redArg", contextInfo(), heap.inc(lctx), action)) === 1;
    };
    try {
      const format = heap.io("l_Lean_Elab_ContextInfo_ppGoals", contextInfo(), heap.list([heap.inc(id)]));
      const text = heap.text(heap.call("l_Std_Format_pretty", format, box(100), box(0), box(0))).trimStart();
      return { text, prop: isProp(type), ...closer.close(mctx, lctx, type, isProp) };
    } catch (error) {
      if (!(error instanceof LeanError)) throw error;
      const text = `(Lean could not print this goal: ${error.message})`;
      return { text, prop: false, closed: null, why: "Lean could not print it" };
    }
  }
}

// Writes the code cache (code.mjs): elaborates warm.lean until V8 has made good code for what proving uses.
//
// Usage: node warm.mjs FOLDER, the folder of an installation. Run at set-up; nothing depends on its success.

import fs from "node:fs";
import path from "node:path";
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { boot } from "./boot.mjs";
import { saveModule } from "./code.mjs";
import { Frontend } from "./elab.mjs";
import { Exporter } from "./export.mjs";
import { replay } from "./replay.mjs";

const ROUNDS = 5;
const STACK_MB = 256;
/** V8 compiles in the background; what it has begun is worth waiting for. */
const SETTLE_MS = 1500;

async function warm(folder) {
  const lean = await boot({ loader: path.join(folder, "lean.cjs"), sysroot: path.join(folder, "sysroot") }, () => {});
  const frontend = new Frontend(lean);
  const source = fs.readFileSync(new URL("./warm.lean", import.meta.url), "utf8");
  const { state, headerEnd } = frontend.open(source);
  const code = Buffer.from(source).subarray(headerEnd).toString();
  const hooks = { makeToken: () => 0, interrupted: () => false };
  for (let round = 0; round < ROUNDS; round++) {
    const onCommand = ({ messages, exampleEnv }) => {
      lean.heap.dec(exampleEnv);
      const error = messages.find((message) => message.severity === "error");
      if (error) throw new Error(`warm.lean:${error.line}: ${error.text}`);
    };
    const after = frontend.elaborate(state, code, { goals: true }, { ...hooks, onCommand });
    const document = new Exporter(lean).document(frontend.environment(after), []);
    const { accepted, error } = replay(lean, frontend.environment(state), document, { ...hooks, token: 0 });
    if (!accepted) throw new Error(`warm.lean: ${error.message}`);
    lean.heap.dec(after);
  }
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  if (!saveModule(lean.compiled, folder)) throw new Error("this V8 cannot write its code");
}

if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url), { workerData: process.argv[2], resourceLimits: { stackSizeMb: STACK_MB } });
  thread.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  thread.on("exit", (status) => process.exit(status));
} else {
  await warm(workerData);
  process.exit(0);
}

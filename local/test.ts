import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { bold, dim, green, say, sayWrong } from "./say.ts";

const help = `The project's tests.

  npm test                     types, lint, unit tests, suites, the whole stack with its chaos tests
  npm test -- unit             one part: check, unit, suites, stack, browser
  npm test -- stack -t feed    what follows the part's name goes to vitest

The browser tests need Debian's Chromium and run in CI or by name.`;

const vitest = ["node_modules/vitest/vitest.mjs", "run"];

/** Each part as the commands it runs, all under the project's own Node. */
const parts: Record<string, string[][]> = {
  check: [
    ["node_modules/typescript/bin/tsc", "--noEmit"],
    ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "edge/tsconfig.json"],
    ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "edge/web/tsconfig.json"],
    ["node_modules/eslint/bin/eslint.js", "."],
  ],
  unit: [[...vitest, "--project", "unit"]],
  suites: [[...vitest, "--project", "suites"]],
  stack: [[...vitest, "--config", "tests/vitest.stack.config.ts", "--exclude", "tests/browser/**"]],
  browser: [[...vitest, "--config", "tests/vitest.stack.config.ts", "tests/browser"]],
};

function run(command: string[]): Promise<number> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...command], { stdio: "inherit" });
    child.once("exit", (code) => done(code ?? 1));
  });
}

const { positionals, values } = parseArgs({ allowPositionals: true, strict: false, options: { help: { type: "boolean", short: "h" } } });
if (values.help === true) {
  say(help);
  process.exit(0);
}
const named = positionals[0];
if (named !== undefined && !(named in parts)) {
  sayWrong(`There is no part called ${named}; the parts are ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}
const chosen = named === undefined ? ["check", "unit", "suites", "stack"] : [named];
const rest = named === undefined ? [] : process.argv.slice(process.argv.indexOf(named) + 1);
for (const part of chosen) {
  const began = performance.now();
  say(bold(`\n▸ ${part}`));
  for (const command of parts[part]!) {
    const code = await run([...command, ...rest]);
    if (code === 0) continue;
    sayWrong(`${part} failed: node ${command.join(" ")}`);
    process.exit(code);
  }
  say(dim(`  ${part} took ${((performance.now() - began) / 1000).toFixed(0)} s`));
}
say(green(`\nAll of it passed: ${chosen.join(", ")}.`));

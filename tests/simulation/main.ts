import cliProgress from "cli-progress";
import { sayWrong } from "#local/say.ts";
import { policyTable } from "./evidence/table.ts";
import { summarise } from "./evidence/summary.ts";
import { help, readOptions } from "./options.ts";
import type { Options } from "./options.ts";
import { policyNames } from "./policies/all.ts";
import { simulate } from "./simulation.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stop.abort(new Error("stopped")));

let options: Options | "help";
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  sayWrong(`${(error as Error).message}; see npm run simulate -- --help`);
  process.exit(1);
}
if (options === "help") {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}

const bar = new cliProgress.SingleBar({ format: "{name} {bar} {value}/{total} viewers  {eta_formatted} left", hideCursor: true, clearOnComplete: true, noTTYOutput: false });
try {
  const settings = await simulate(options, {
    onSetting: (name, viewers) => {
      bar.stop();
      if (process.stderr.isTTY) bar.start(viewers, 0, { name });
      else process.stderr.write(`${name}: ${viewers} viewers to follow\n`);
    },
    onDone: (viewers) => bar.increment(viewers),
    signal: stop.signal,
  });
  bar.stop();
  for (const setting of settings) {
    const summary = summarise(setting);
    process.stdout.write(`\n${summary.data}${summary.degraded ? ", degraded encoder" : ""}: ${summary.viewers} viewers\n\n${policyTable(summary, [...policyNames, ...options.ablations])}\n`);
  }
} catch (error) {
  bar.stop();
  if (stop.signal.aborted) process.exit(130);
  sayWrong((error as Error).stack ?? String(error));
  process.exit(1);
}

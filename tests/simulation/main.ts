import { cpus } from "node:os";
import cliProgress from "cli-progress";
import { say, sayWrong } from "#local/say.ts";
import { ablationTable } from "./evidence/ablation-table.ts";
import { writeEvidence } from "./evidence/report.ts";
import { policyTable } from "./evidence/table.ts";
import { summarise } from "./evidence/summary.ts";
import { verdictsOn } from "./evidence/verdicts.ts";
import { help, readOptions } from "./options.ts";
import type { Options } from "./options.ts";
import { policyNames } from "./policies/all.ts";
import { simulate } from "./simulation.ts";
import { loadCatalogue } from "./world/catalogue.ts";
import { writeLog } from "./write-log.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stop.abort(new Error("stopped")));
const began = performance.now();

async function run(options: Options): Promise<void> {
  if (options.writeLog !== undefined) {
    const { ratings, vectors, lines } = await writeLog(options.writeLog, await loadCatalogue(options.data[0]!, options.cache, stop.signal), options.seeds[0]!, options.viewers);
    say(`${lines} lines: npm run replay -- --ratings ${ratings} --vectors ${vectors}`);
    return;
  }
  const bar = new cliProgress.SingleBar({ format: "{name} {bar} {value}/{total} viewers  {eta_formatted} left", hideCursor: true, clearOnComplete: true });
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
    const summaries = settings.map(summarise);
    await writeEvidence(options, summaries, {
      command: ["npm run simulate", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" "),
      machine: `${cpus().length} cores, Node ${process.versions.node}`,
      seconds: (performance.now() - began) / 1000,
    });
    for (const summary of summaries) {
      say(`\n${summary.data}${summary.degraded ? ", degraded encoder" : ""}: ${summary.viewers} viewers\n\n${policyTable(summary, policyNames)}\n`);
      for (const { says, met, figures } of verdictsOn(summary)) say(`${met ? "met   " : "MISSED"} ${says} (${figures})`);
      if (options.ablations.some((name) => name in summary.arms)) say(`\n${ablationTable(summary, options.ablations)}`);
    }
    say(`\nWritten to ${options.out} in ${Math.round((performance.now() - began) / 1000)} s`);
  } finally {
    bar.stop();
  }
}

let options: Options | "help";
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  sayWrong(`${(error as Error).message}; see npm run simulate -- --help`);
  process.exit(1);
}
if (options === "help") say(help);
else
  try {
    await run(options);
  } catch (error) {
    if (stop.signal.aborted) process.exit(130);
    sayWrong((error as Error).stack ?? String(error));
    process.exit(1);
  }

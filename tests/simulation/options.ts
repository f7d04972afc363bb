import { parseArgs } from "node:util";
import { armNames } from "./arms.ts";
import { ablations } from "./policies/ablations.ts";
import { policyNames } from "./policies/all.ts";
import { viewerModel } from "./viewer-model.ts";
import { artIsThere, dataSets } from "./world/catalogue.ts";
import type { DataSet } from "./world/catalogue.ts";

export const help = `Seeded simulated viewers over labelled images, several policies side by side.

  npm run simulate                          every policy, ours with each part off, the degraded encoder; writes docs/evidence
  npm run simulate -- --quick               fewer viewers, no parts switched off; under a minute

  --viewers N        viewers under test per seed (default 60)
  --seeds A,B        worlds: scenes, warm population and viewers are drawn anew for each (default 11,12)
  --pages N          pages of ${viewerModel.slotsPerPage} a viewer sees, at most ${viewerModel.pages} (default ${viewerModel.pages})
  --data NAME        gallery, art or both (default both where ../shared/art is there, else gallery)
  --policies A,B     only these: ${policyNames.join(", ")}
  --ablation         also ours with each part switched off (default on, off with --no-ablation)
  --degraded         also with a degraded encoder (default on, off with --no-degraded)
  --out DIR          where README.md, simulation.json and the plots go (default docs/evidence)
  --cache DIR        where measured images are kept (default .data/simulation)
  --write-log DIR    only writes the log of a world as DIR/ratings.csv with DIR/vectors.f32 and DIR/vectors.ids.json, for npm run replay
  --threads N        worker threads (default 2); the figures do not depend on them
  --quick            20 viewers of one seed, gallery only, no ablation`;

export interface Options {
  viewers: number;
  seeds: number[];
  pages: number;
  data: DataSet[];
  policies: string[];
  ablations: string[];
  degraded: boolean;
  out: string;
  cache: string;
  writeLog: string | undefined;
  threads: number;
  quick: boolean;
}

/** The command line as options; throws one line that names what is wrong. */
export function readOptions(args: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      help: { type: "boolean", short: "h", default: false }, viewers: { type: "string" }, seeds: { type: "string" }, pages: { type: "string" },
      data: { type: "string" }, policies: { type: "string" }, ablation: { type: "boolean" }, degraded: { type: "boolean", default: true },
      out: { type: "string", default: "docs/evidence" }, cache: { type: "string", default: ".data/simulation" }, "write-log": { type: "string" },
      threads: { type: "string" }, quick: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const { quick } = values;
  const policies = values.policies?.split(",") ?? [...policyNames];
  for (const name of policies) if (!armNames.includes(name)) throw new RangeError(`--policies ${name}: choose among ${armNames.join(", ")}`);
  const wantsAblation = values.ablation ?? (!quick && values.policies === undefined);
  return {
    viewers: whole("--viewers", values.viewers, quick ? 20 : 60, 1, 100_000),
    seeds: (values.seeds ?? (quick ? "11" : "11,12")).split(",").map((text) => whole("--seeds", text, 0, 0, 2 ** 31)),
    pages: whole("--pages", values.pages, viewerModel.pages, 1, viewerModel.pages),
    data: dataOf(values.data, quick),
    policies,
    ablations: wantsAblation ? Object.keys(ablations) : [],
    degraded: values.degraded,
    out: values.out, cache: values.cache, writeLog: values["write-log"],
    threads: whole("--threads", values.threads, 2, 1, 64),
    quick,
  };
}

function dataOf(given: string | undefined, quick: boolean): DataSet[] {
  if (given === undefined) return artIsThere() && !quick ? [...dataSets] : ["gallery"];
  const data = given === "both" ? [...dataSets] : dataSets.filter((name) => name === given);
  if (data.length === 0) throw new RangeError(`--data ${given}: choose gallery, art or both`);
  if (data.includes("art") && !artIsThere()) throw new RangeError("--data: ../shared/art with its labels.json is not there; take --data gallery");
  return data;
}

function whole(name: string, text: string | undefined, fallback: number, least: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${name} ${text}: give a whole number from ${least} to ${most}`);
  return value;
}

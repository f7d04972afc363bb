import { existsSync } from "node:fs";

/** Debian's Chromium, or the one CHROMIUM names; undefined where there is none, and then the browser tests are skipped. */
export const chromiumPath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => path !== undefined && existsSync(path));

/** Chromium's own calls home are off: nothing leaves the machine. */
export const chromiumFlags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

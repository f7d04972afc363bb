/**
 * Writes the classifier beside safety-classifier.ts: `node gpu-node/models/safety/fit/main.ts PACKAGES`
 *
 * PACKAGES is a folder in which npm installed nsfwjs@4.3.0. The same package gives the same file.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openNsfwjs, readNsfwjs } from "../../eyes/fit/network/nsfwjs.ts";
import { classifierModel } from "./classifier.ts";

const [packages] = process.argv.slice(2);
if (packages === undefined) throw new Error("Name the folder in which npm installed nsfwjs@4.3.0.");
const folder = join(packages, "node_modules/nsfwjs");
const [network, { weights }] = await Promise.all([readNsfwjs("mobilenet_v2", folder), openNsfwjs("mobilenet_v2", folder)]);
await writeFile(new URL("../classifier.onnx", import.meta.url), classifierModel(network, weights));

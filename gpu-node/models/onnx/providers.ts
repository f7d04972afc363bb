import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What onnxruntime computes with, the fastest first. */
export const providers = ["cuda", "webgpu", "cpu"] as const;
export type Provider = (typeof providers)[number];

/** What there is to be seen of a machine, so that a test can be any. */
export interface Machine {
  platform: NodeJS.Platform;
  arch: string;
  exists: (path: string) => boolean;
  /** Where onnxruntime's libraries lie. */
  runtimeDir: string;
}

const thisMachine = (): Machine => ({
  platform: process.platform,
  arch: process.arch,
  exists: existsSync,
  // dist/index.js → bin/napi-v6/PLATFORM/ARCH
  runtimeDir: join(dirname(createRequire(import.meta.url).resolve("onnxruntime-node")), "..", "bin", "napi-v6", process.platform, process.arch),
});

/**
 * The providers worth trying here, in order; the processor is always the last. CUDA needs its part of onnxruntime, which is not
 * in the npm package and lies beside it where an operator installed it. WebGPU needs a GPU: on Linux a software driver would be
 * found too, and be slower than the processor's own provider.
 */
export function providersHere({ platform, arch, exists, runtimeDir }: Machine = thisMachine()): Provider[] {
  const cuda = platform === "linux" && arch === "x64" && exists(join(runtimeDir, "libonnxruntime_providers_cuda.so")) && exists("/dev/nvidiactl");
  const webgpu = platform === "linux" ? arch === "x64" && (exists("/dev/nvidiactl") || exists("/dev/dri/renderD128")) : platform === "win32" || platform === "darwin";
  return providers.filter((provider) => provider === "cpu" || (provider === "cuda" ? cuda : webgpu));
}

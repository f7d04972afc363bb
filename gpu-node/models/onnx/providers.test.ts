import { describe, expect, it } from "vitest";
import { providersHere, type Machine } from "./providers.ts";

const machine = (files: string[], more: Partial<Machine> = {}): Machine => ({
  platform: "linux", arch: "x64", runtimeDir: "/ort", exists: (path) => files.includes(path), ...more,
});
const cudaLibrary = "/ort/libonnxruntime_providers_cuda.so";

describe("the execution providers worth trying", () => {
  it.each([
    ["a machine without a GPU", machine([]), ["cpu"]],
    ["an NVIDIA card with onnxruntime's CUDA part", machine(["/dev/nvidiactl", cudaLibrary]), ["cuda", "webgpu", "cpu"]],
    ["an NVIDIA card without it", machine(["/dev/nvidiactl"]), ["webgpu", "cpu"]],
    ["CUDA's part without a card", machine([cudaLibrary]), ["cpu"]],
    ["another card", machine(["/dev/dri/renderD128"]), ["webgpu", "cpu"]],
    ["a card on 64-bit Arm, for which WebGPU is not built", machine(["/dev/dri/renderD128"], { arch: "arm64" }), ["cpu"]],
    ["a Mac", machine([], { platform: "darwin", arch: "arm64" }), ["webgpu", "cpu"]],
  ])("on %s end with the processor and begin with the fastest", (_what, here, expected) => {
    expect(providersHere(here)).toEqual(expected);
  });
});

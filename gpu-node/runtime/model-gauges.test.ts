import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { openVram } from "../models/vram/vram.ts";
import { modelGauges } from "./model-gauges.ts";

it("tells the memory for models, who holds it, the tier, and how loads ended", async () => {
  const registry = new Registry();
  const vram = openVram({ device: { kind: "gpu", name: "test", freeBytes: 6.5e9 }, log: () => undefined });
  modelGauges(registry, vram);
  const model = (name: string, bytes: number) =>
    vram.manage({ name, role: "image-encoder", estimateBytes: bytes, load: () => Promise.resolve({ model: name, bytes, unload: () => Promise.resolve() }) });
  using _lease = await model("clip", 2e9).use();
  await model("huge", 9e9).use().catch(() => undefined);
  await registry.metrics();
  const text = await registry.metrics();
  expect(text).toContain('miraveja_model_memory_bytes{kind="capacity"} 6000000000');
  expect(text).toContain('miraveja_model_memory_bytes{kind="free"} 4000000000');
  expect(text).toContain('miraveja_model_bytes{model="clip",role="image-encoder",state="loaded"} 2000000000');
  expect(text).toContain('miraveja_model_tier{tier="balanced"} 1');
  expect(text).toContain('miraveja_model_tier{tier="cpu"} 0');
  expect(text).toContain('miraveja_model_loads_total{outcome="refused"} 1');
});

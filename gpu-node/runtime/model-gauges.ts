import { Counter, Gauge, type Registry } from "prom-client";
import { MemoryTier } from "#shared/contract/node.ts";
import type { Vram } from "../models/vram/vram.ts";

/** The memory for models as metrics: how much there is and who holds it, the tier, and how loads ended. */
export function modelGauges(registry: Registry, vram: Pick<Vram, "view">): void {
  const registers = [registry];
  new Gauge({
    name: "miraveja_model_memory_bytes",
    help: "Memory for models: capacity, reserved, loaded, free; evictable is part of loaded",
    labelNames: ["kind"],
    registers,
    collect() {
      const { capacityBytes, reservedBytes, loadedBytes, evictableBytes, freeBytes } = vram.view().figures;
      this.set({ kind: "capacity" }, capacityBytes);
      this.set({ kind: "reserved" }, reservedBytes);
      this.set({ kind: "loaded" }, loadedBytes);
      this.set({ kind: "evictable" }, evictableBytes);
      this.set({ kind: "free" }, freeBytes);
    },
  });
  new Gauge({
    name: "miraveja_model_bytes",
    help: "What each model holds, by state",
    labelNames: ["model", "role", "state"],
    registers,
    collect() {
      this.reset();
      for (const { name, role, state, bytes } of vram.view().holdings) this.set({ model: name, role, state }, bytes);
    },
  });
  new Gauge({
    name: "miraveja_model_tier",
    help: "1 for the tier the free memory allows",
    labelNames: ["tier"],
    registers,
    collect() {
      const now = vram.view().tier;
      for (const tier of MemoryTier.options) this.set({ tier }, tier === now ? 1 : 0);
    },
  });
  new Counter({
    name: "miraveja_model_loads_total",
    help: "Models loaded, failed, refused for want of memory, and put away for others",
    labelNames: ["outcome"],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(vram.view().counts)) this.inc({ outcome }, count);
    },
  });
}

import type { ModelRole } from "#shared/contract/node.ts";
import { readGpu } from "../vram/device.ts";
import type { LoadedModel, ManagedModel, Vram } from "../vram/vram.ts";
import { openOnnxSession, type OnnxParts, type OnnxSession } from "./onnx-session.ts";

export interface ManagedOnnx extends OnnxParts {
  role: ModelRole;
  /** Size of the file, and of what one run as large as any holds besides. */
  fileBytes: number;
  runBytes: number;
}

/**
 * A network on the books of the memory for models: opened when it is first used, put away when room is needed for another.
 * Reserved are twice the file (it is read, then laid out anew for the provider) and one run.
 */
export function manageOnnx(vram: Pick<Vram, "manage" | "view">, { role, fileBytes, runBytes, ...parts }: ManagedOnnx): ManagedModel<OnnxSession> {
  const onGpu = vram.view().device.kind === "gpu";
  return vram.manage({ name: parts.name, role, estimateBytes: 2 * fileBytes + runBytes, load });

  async function load(): Promise<LoadedModel<OnnxSession>> {
    const before = onGpu ? await readGpu() : undefined;
    const session = await openOnnxSession(parts);
    const after = onGpu ? await readGpu() : undefined;
    const taken = before === undefined || after === undefined ? session.processBytes : before.freeBytes - after.freeBytes;
    return { model: session, bytes: Math.max(fileBytes, taken), unload: () => session.close() };
  }
}

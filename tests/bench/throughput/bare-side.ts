import { InferenceSession, Tensor } from "onnxruntime-node";
import { seededRandom } from "#shared/kernel/random.ts";
import { serve, timed } from "./side.ts";

export interface BarePlan {
  file: string;
  threads: number;
}

/** Runs of `batch` ready-made pictures, one after another, with the threads' spinning on (as onnxruntime has it) or off. */
export interface BareTask {
  batch: number;
  runs: number;
  spinning: boolean;
}

const plan = JSON.parse(process.argv[2]!) as BarePlan;
const side = 224;
const random = seededRandom("bare");

const open = (spinning: boolean): Promise<InferenceSession> =>
  InferenceSession.create(plan.file, {
    intraOpNumThreads: plan.threads, interOpNumThreads: 1,
    ...(spinning ? {} : { extra: { session: { intra_op: { allow_spinning: "0" } } } }),
  });
const sessions = { spinning: await open(true), resting: await open(false) };

serve<BareTask>(({ batch, runs, spinning }) => {
  const pictures = new Tensor("float32", Float32Array.from({ length: batch * 3 * side * side }, () => 3 * random() - 1.5), [batch, 3, side, side]);
  const session = spinning ? sessions.spinning : sessions.resting;
  return timed(new Array<null>(runs).fill(null), 1, () => session.run({ pixel_values: pictures }));
});

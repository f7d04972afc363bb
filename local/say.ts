import cliProgress from "cli-progress";

/** What a person sees on the terminal. Colour only where a terminal shows it. */
const colourful = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: string) => (text: string) => (colourful ? `\x1b[${code}m${text}\x1b[0m` : text);
export const bold = paint("1");
export const dim = paint("2");
export const green = paint("32");
export const red = paint("31");

export function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** One clear line on standard error; the process is expected to end with a non-zero code. */
export function sayWrong(line: string): void {
  process.stderr.write(`${red("✗")} ${line}\n`);
}

export interface Progress {
  advance(): void;
  stop(): void;
}

/** A progress bar on a terminal; a line every tenth elsewhere, so that logs stay readable. */
export function progress(label: string, total: number, doneBefore = 0): Progress {
  if (process.stdout.isTTY) {
    const bar = new cliProgress.SingleBar({
      format: `${label} {bar} {value}/{total}  {eta_formatted} left`,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
    });
    bar.start(total, doneBefore);
    return { advance: () => bar.increment(), stop: () => bar.stop() };
  }
  let done = doneBefore;
  const step = Math.max(1, Math.ceil(total / 10));
  return {
    advance: () => {
      done++;
      if (done % step === 0 || done === total) say(`${label} ${done}/${total}`);
    },
    stop: () => undefined,
  };
}

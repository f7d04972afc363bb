import { spawn } from "node:child_process";

/**
 * A shell that reads lists of process groups, each line the whole list, and ends those of the last one when its input
 * ends. The kernel closes that pipe whatever becomes of its writer, `kill -9` included. It hears no signal of a terminal.
 */
const script = `
trap '' INT TERM HUP
groups=
while read -r line; do groups=$line; done
for group in $groups; do kill -9 -- "-$group"; done 2>/dev/null
`;

/** Sees to it that the stack's processes end when the supervisor does, in whatever way it ends. */
export interface Guard {
  watch(group: number): void;
  release(group: number): void;
  /** Ends the guard, and with it whatever it still watches. */
  close(): Promise<void>;
}

export function startGuard(): Guard {
  const shell = spawn("/bin/sh", ["-c", script, "miraveja-guard"], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  const gone = new Promise<void>((done) => shell.once("exit", () => done()).once("error", () => done()));
  shell.stdin.on("error", () => undefined);
  const groups = new Set<number>();
  const tell = () => void shell.stdin.write(`${[...groups].join(" ")}\n`);
  return {
    watch(group) {
      groups.add(group);
      tell();
    },
    release(group) {
      groups.delete(group);
      tell();
    },
    async close() {
      shell.stdin.end();
      await gone;
    },
  };
}

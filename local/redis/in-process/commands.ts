import type { CommandName } from "../command-names.ts";
import type { Run } from "./command.ts";
import { hashCommands } from "./hashes.ts";
import { keyCommands } from "./keys.ts";
import { listCommands } from "./lists.ts";
import { setCommands } from "./sets.ts";
import { sortedSetCommands } from "./sorted-sets.ts";
import { stringCommands } from "./strings.ts";

/** Commands on data. The script commands are the engine's own, since they run these. */
export const dataCommands: Readonly<Record<Exclude<CommandName, "eval" | "evalsha" | "script">, Run>> = {
  ...keyCommands,
  ...stringCommands,
  ...hashCommands,
  ...listCommands,
  ...setCommands,
  ...sortedSetCommands,
};

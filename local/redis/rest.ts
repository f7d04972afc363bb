import { RedisError, type Reply, type Word } from "./engine.ts";

/** A body that is not what the Upstash REST API takes; the message names the place. */
export class BadRequest extends Error {}

/** One command, a JSON array of strings, numbers and booleans; `where` names it in errors. */
export function parseCommand(value: unknown, where: string): string[] {
  if (!Array.isArray(value) || value.length === 0) throw new BadRequest(`ERR ${where} must be a JSON array that begins with a command's name`);
  return value.map((word: unknown, i) => {
    if (typeof word === "string") return word;
    if (typeof word === "number" || typeof word === "boolean") return String(word);
    throw new BadRequest(`ERR ${where}[${i}] must be a string, a number or a boolean`);
  });
}

/** Many commands, a JSON array of arrays. */
export function parseCommands(value: unknown, maxCommands: number): Word[][] {
  if (!Array.isArray(value)) throw new BadRequest("ERR the body must be a JSON array of commands");
  if (value.length > maxCommands) throw new BadRequest(`ERR at most ${maxCommands} commands go into one request; this has ${value.length}`);
  return value.map((command: unknown, i) => parseCommand(command, `body[${i}]`));
}

export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new BadRequest("ERR the body is not JSON");
  }
}

export type Encoding = "plain" | "base64";

/** `{"result": …}`, or `{"error": …}` for a refusal. */
export function renderReply(reply: Reply, encoding: Encoding): string {
  if (reply instanceof RedisError) return renderError(reply.message);
  // The client takes exactly a bare OK as it is and decodes every other string, PONG included.
  return reply === "OK" ? '{"result":"OK"}' : `{"result":${valueText(reply, encoding)}}`;
}

export function renderError(message: string): string {
  return JSON.stringify({ error: message });
}

function valueText(reply: Reply, encoding: Encoding): string {
  if (reply === null) return "null";
  if (typeof reply === "number" || typeof reply === "bigint") return reply.toString();
  if (Array.isArray(reply)) return `[${reply.map((item) => valueText(item, encoding)).join(",")}]`;
  const bytes = reply instanceof RedisError ? Buffer.from(reply.message) : typeof reply === "string" ? Buffer.from(reply) : bufferOf(reply);
  return encoding === "base64" ? `"${bytes.toString("base64")}"` : JSON.stringify(bytes.toString("utf8"));
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** About how many bytes a reply takes, for the bound on answers. */
export function replyBytes(reply: Reply): number {
  if (reply instanceof Uint8Array || typeof reply === "string") return reply.length;
  return Array.isArray(reply) ? reply.reduce<number>((sum, item) => sum + replyBytes(item), 16) : 16;
}

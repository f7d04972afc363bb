import { LRUCache } from "lru-cache";
import type { BackendReply } from "./backend-reply.ts";
import type { FrontendMessages, Statement } from "./frontend-messages.ts";

/** Each keeps its parse tree, and often a plan, in the engine's memory: tens of kilobytes. */
const maxStatements = 200;
/** Texts remembered for having come once. */
const maxSeen = 500;
const maxTextLength = 16_384;

/**
 * From its sixth run on a statement may keep one plan for all parameters. Postgres makes that plan anew when statistics
 * change, but between two rounds of housekeeping a table can grow from nothing to very much.
 */
const maxAgeMs = 10_000;

/** What a text that reads or writes rows begins with, after comments and brackets. */
const rowStatement = /^(?:[\s(]|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:select|insert|update|delete|merge|with)\b/i;

/** SET in disguise: what comes after it may be parsed to something else. */
const setting = /\bset_config\b/i;

/** A literal that stands for the moment at which it is parsed. */
const clockLiteral = /'(?:now|today|tomorrow|yesterday)\b/i;

/** What an outdated statement fails with: another result, no such statement, values (class 22) or names (42) of before. */
const outdatedCode = /^(?:0A000$|26000$|22|42)/;

/**
 * Keeps statements prepared in the engine's one session by their text, so that Postgres parses each only once and plans
 * it a few times only. A text is prepared when it comes a second time: what runs once costs no more than before. Names
 * are used again, with a Close before each Parse, so that nothing depends on what a name stood for.
 *
 * Statements become outdated when tables or settings change. A request that holds anything but row statements uses none
 * of them and forgets them all, and so does whatever else runs in the session (`forget`). What changes unnoticed, inside
 * of a function, is noticed when a statement fails; the request is then sent again, with everything parsed anew (`settle`).
 */
export class PreparedStatements {
  readonly #seen = new LRUCache<string, true>({ max: maxSeen });
  /** The names of WebSocket clients begin with a digit. */
  readonly #freeNames = Array.from({ length: maxStatements }, (_, i) => `h${i}`);
  readonly #names: LRUCache<string, string>;
  /** Texts that the request on its way parses: its answer tells whether they are prepared now. */
  #unconfirmed: string[] = [];
  /** Whether the request on its way relies on what an earlier one parsed. */
  #relies = false;

  constructor(clock: { now(): number } = performance) {
    const dispose = (name: string) => void this.#freeNames.push(name);
    this.#names = new LRUCache({ max: maxStatements, ttl: maxAgeMs, ttlResolution: 0, perf: clock, dispose });
  }

  /** Writes the statements of one request. When it is answered, `settle` has to follow. */
  write(messages: FrontendMessages, statements: readonly Statement[]): void {
    this.#dropUnconfirmed();
    this.#relies = false;
    const onlyRows = statements.every(({ query }) => isRowStatement(query));
    if (!onlyRows) this.forget();
    for (const statement of statements) {
      if (onlyRows) this.#writeOne(messages, statement);
      else messages.statement(statement);
    }
  }

  /** True when an outdated statement may have made the request fail: nothing has changed, and it is to be sent again. */
  settle({ error }: BackendReply): boolean {
    if (error !== undefined) this.#dropUnconfirmed();
    this.#unconfirmed = [];
    if (error === undefined || !this.#relies || !outdatedCode.test(error.code)) return false;
    this.forget();
    return true;
  }

  /** To be called when tables or settings may have changed, or statements been dropped. */
  forget(): void {
    this.#names.clear();
  }

  #writeOne(messages: FrontendMessages, statement: Statement): void {
    const { query, params } = statement;
    const known = this.#names.get(query);
    if (known !== undefined) {
      this.#relies = true;
      messages.execute(known, params);
    } else if (this.#comesAgain(query) && !clockLiteral.test(query)) {
      const name = this.#takeName();
      messages.closeStatement(name).parse(name, query).execute(name, params);
      this.#names.set(query, name);
      this.#unconfirmed.push(query);
    } else {
      messages.statement(statement);
    }
  }

  #comesAgain(text: string): boolean {
    if (this.#seen.get(text) === true) return true;
    this.#seen.set(text, true);
    return false;
  }

  #takeName(): string {
    if (this.#freeNames.length === 0) this.#names.pop();
    return this.#freeNames.pop()!;
  }

  /** After an error Postgres skips what follows: nobody knows which of these it has parsed. */
  #dropUnconfirmed(): void {
    for (const text of this.#unconfirmed) this.#names.delete(text);
    this.#unconfirmed = [];
  }
}

function isRowStatement(text: string): boolean {
  return text.length <= maxTextLength && rowStatement.test(text) && !setting.test(text);
}

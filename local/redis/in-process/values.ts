import { SortedSet } from "./sorted-set.ts";

/**
 * Inside the engine every text is a *byte string*: one character a byte (latin1). It is compared and hashed as bytes
 * are, can be a key of a `Map`, and costs V8 one byte a character. `bytes` is what a value is counted as against the
 * memory bound: its contents and a flat price an element.
 */
export const elementBytes = 48;

export class StringValue {
  readonly kind = "string";
  readonly size = 1;
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  get bytes(): number {
    return this.text.length;
  }
}

export class HashValue {
  readonly kind = "hash";
  readonly fields = new Map<string, string>();
  bytes = 0;
  get size(): number {
    return this.fields.size;
  }
  /** True when the field is new. */
  set(field: string, value: string): boolean {
    const old = this.fields.get(field);
    this.fields.set(field, value);
    this.bytes += old === undefined ? field.length + value.length + elementBytes : value.length - old.length;
    return old === undefined;
  }
  delete(field: string): boolean {
    const old = this.fields.get(field);
    if (old === undefined) return false;
    this.fields.delete(field);
    this.bytes -= field.length + old.length + elementBytes;
    return true;
  }
}

export class SetValue {
  readonly kind = "set";
  readonly members = new Set<string>();
  bytes = 0;
  get size(): number {
    return this.members.size;
  }
  add(member: string): boolean {
    if (this.members.has(member)) return false;
    this.members.add(member);
    this.bytes += member.length + elementBytes;
    return true;
  }
  delete(member: string): boolean {
    if (!this.members.delete(member)) return false;
    this.bytes -= member.length + elementBytes;
    return true;
  }
}

export class ListValue {
  readonly kind = "list";
  items: string[] = [];
  bytes = 0;
  get size(): number {
    return this.items.length;
  }
  push(item: string, end: "left" | "right"): void {
    if (end === "left") this.items.unshift(item);
    else this.items.push(item);
    this.bytes += item.length + elementBytes;
  }
  pop(end: "left" | "right"): string | undefined {
    const item = end === "left" ? this.items.shift() : this.items.pop();
    if (item !== undefined) this.bytes -= item.length + elementBytes;
    return item;
  }
  /** Replaces all items, for the rare commands that rewrite the middle. */
  replace(items: string[]): void {
    this.items = items;
    this.bytes = items.reduce((sum, item) => sum + item.length + elementBytes, 0);
  }
}

/** What each kind of value is called by `TYPE`, and its class. */
export interface Kinds {
  string: StringValue;
  hash: HashValue;
  set: SetValue;
  list: ListValue;
  zset: SortedSet;
}
export type Kind = keyof Kinds;
export type Value = Kinds[Kind];

/** An empty collection, for a key that a command is about to fill. */
export const emptyValue: { [K in Exclude<Kind, "string">]: () => Kinds[K] } = {
  hash: () => new HashValue(),
  set: () => new SetValue(),
  list: () => new ListValue(),
  zset: () => new SortedSet(),
};

/** A column as Neon's HTTP protocol describes it. */
export interface Field {
  name: string;
  tableID: number;
  columnID: number;
  dataTypeID: number;
  dataTypeSize: number;
  dataTypeModifier: number;
  format: "text";
}

/** One finished statement; `tag` is Postgres's command tag, for instance `INSERT 0 1`. */
export interface StatementResult {
  fields: Field[];
  rows: (string | null)[][];
  tag: string;
}

/** The fields of an ErrorResponse under the names that Postgres clients use. */
export interface PostgresError {
  message: string;
  code: string;
  severity: string;
  [field: string]: string;
}

/** `I` idle, `T` in a transaction, `E` in a failed one; undefined while the backend owes a ReadyForQuery. */
export type TransactionStatus = "I" | "T" | "E" | undefined;

export interface BackendReply {
  results: StatementResult[];
  error?: PostgresError;
  status: TransactionStatus;
}

const errorFields: Record<string, string> = {
  S: "severity", C: "code", M: "message", D: "detail", H: "hint", P: "position", p: "internalPosition",
  q: "internalQuery", W: "where", s: "schema", t: "table", c: "column", d: "dataType", n: "constraint",
  F: "file", L: "line", R: "routine",
};

/** Reads backend messages in text format: https://www.postgresql.org/docs/18/protocol-message-formats.html */
export function readReply(reply: Buffer): BackendReply {
  const results: StatementResult[] = [];
  let fields: Field[] = [];
  let rows: (string | null)[][] = [];
  let error: PostgresError | undefined;
  let status: TransactionStatus;
  for (let at = 0; at < reply.length; ) {
    const body = at + 5;
    const end = at + 1 + reply.readInt32BE(at + 1);
    const type = reply.readUInt8(at);
    switch (type) {
      case 0x54: // T RowDescription
        fields = readFields(reply, body);
        break;
      case 0x44: // D DataRow
        rows.push(readRow(reply, body));
        break;
      case 0x43: // C CommandComplete
      case 0x49: // I EmptyQueryResponse
        results.push({ fields, rows, tag: type === 0x43 ? reply.toString("utf8", body, end - 1) : "" });
        fields = [];
        rows = [];
        break;
      case 0x45: // E ErrorResponse
        error ??= readError(reply, body);
        break;
      case 0x5a: // Z ReadyForQuery
        status = String.fromCharCode(reply[body]!) as TransactionStatus;
        break;
      default: // notices, completions of Parse and Bind, data of a COPY TO STDOUT
    }
    at = end;
  }
  return error === undefined ? { results, status } : { results, error, status };
}

/**
 * The status that a reply ends with, without reading the rest: undefined unless ReadyForQuery comes last. What follows a
 * ReadyForQuery belongs to a step that is not closed yet, and after an error in it the backend skips everything up to a Sync.
 */
export function lastStatus(reply: Buffer): TransactionStatus {
  let status: TransactionStatus;
  for (let at = 0; at < reply.length; at += 1 + reply.readInt32BE(at + 1)) {
    const type = reply.readUInt8(at);
    if (type === 0x5a) status = String.fromCharCode(reply[at + 5]!) as TransactionStatus;
    else if (!unaskedTypes.has(type)) status = undefined;
  }
  return status;
}

/** A NotificationResponse, NoticeResponse or ParameterStatus may come at any moment. */
const unaskedTypes = new Set([0x41, 0x4e, 0x53]);

function readFields(reply: Buffer, body: number): Field[] {
  const fields = new Array<Field>(reply.readUInt16BE(body));
  let at = body + 2;
  for (let i = 0; i < fields.length; i++) {
    const nameEnd = reply.indexOf(0, at);
    fields[i] = {
      name: reply.toString("utf8", at, nameEnd),
      tableID: reply.readUInt32BE(nameEnd + 1),
      columnID: reply.readInt16BE(nameEnd + 5),
      dataTypeID: reply.readUInt32BE(nameEnd + 7),
      dataTypeSize: reply.readInt16BE(nameEnd + 11),
      dataTypeModifier: reply.readInt32BE(nameEnd + 13),
      format: "text",
    };
    at = nameEnd + 19;
  }
  return fields;
}

function readRow(reply: Buffer, body: number): (string | null)[] {
  const row = new Array<string | null>(reply.readUInt16BE(body));
  let at = body + 2;
  for (let i = 0; i < row.length; i++) {
    const length = reply.readInt32BE(at);
    at += 4;
    if (length < 0) {
      row[i] = null;
    } else {
      row[i] = reply.toString("utf8", at, at + length);
      at += length;
    }
  }
  return row;
}

function readError(reply: Buffer, body: number): PostgresError {
  const error: PostgresError = { severity: "ERROR", code: "XX000", message: "" };
  for (let at = body; reply[at] !== 0; ) {
    const end = reply.indexOf(0, at + 1);
    const name = errorFields[String.fromCharCode(reply[at]!)];
    if (name !== undefined) error[name] = reply.toString("utf8", at + 1, end);
    at = end + 1;
  }
  return error;
}

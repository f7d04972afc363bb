/**
 * Writes ONNX files (onnx.proto of ONNX 1.12, operator set 17): just the messages and fields these networks need.
 * A field is its number and wire type in one varint, then a varint, four bytes, or a length and that many bytes.
 */
export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Readonly<Record<string, number | string | readonly number[]>>;
}

export interface OnnxTensor {
  name: string;
  shape: readonly number[];
  values: Float32Array | Int8Array | Uint8Array | BigInt64Array;
}

/** An input or output; a size that is a word stays open. */
export interface OnnxPort {
  name: string;
  type: "float32" | "int64" | "uint8";
  shape: readonly (number | string)[];
}

export interface OnnxGraph {
  name: string;
  nodes: readonly OnnxNode[];
  constants: readonly OnnxTensor[];
  inputs: readonly OnnxPort[];
  outputs: readonly OnnxPort[];
}

const irVersion = 8, operatorSet = 17;
const typeCodes = { float32: 1, uint8: 2, int8: 3, int64: 7 } as const;
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

export function writeOnnx({ name, nodes, constants, inputs, outputs }: OnnxGraph): Buffer {
  const graph = [
    ...nodes.map((node) => message(1, nodeFields(node))),
    text(2, name),
    ...constants.map((tensor) => message(5, tensorFields(tensor))),
    ...inputs.map((port) => message(11, portFields(port))),
    ...outputs.map((port) => message(12, portFields(port))),
  ];
  return Buffer.concat([integer(1, irVersion), text(2, "miraveja"), message(7, graph), message(8, [text(1, ""), integer(2, operatorSet)])]);
}

const nodeFields = ({ op, inputs, outputs, attributes = {} }: OnnxNode): Buffer[] => [
  ...inputs.map((input) => text(1, input)),
  ...outputs.map((output) => text(2, output)),
  text(4, op),
  ...Object.entries(attributes).map(([name, value]) => message(5, [text(1, name), ...attributeFields(value)])),
];

/** Whole numbers are written as integers; an attribute that must be a float is given as text ending in "f". */
function attributeFields(value: number | string | readonly number[]): Buffer[] {
  if (typeof value === "number") return [integer(3, value), integer(20, attributeTypes.int)];
  if (typeof value !== "string") return [...value.map((entry) => integer(8, entry)), integer(20, attributeTypes.ints)];
  if (!/^[\d.e-]+f$/.test(value)) return [text(4, value), integer(20, attributeTypes.string)];
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(Number.parseFloat(value));
  return [tagged(2, 5, bytes), integer(20, attributeTypes.float)];
}

const tensorFields = ({ name, shape, values }: OnnxTensor): Buffer[] => [
  ...shape.map((size) => integer(1, size)),
  integer(2, typeCode(values)),
  text(8, name),
  bytes(9, Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
];

function typeCode(values: OnnxTensor["values"]): number {
  if (values instanceof Float32Array) return typeCodes.float32;
  if (values instanceof Int8Array) return typeCodes.int8;
  return values instanceof Uint8Array ? typeCodes.uint8 : typeCodes.int64;
}

function portFields({ name, type, shape }: OnnxPort): Buffer[] {
  const sizes = shape.map((size) => message(1, [typeof size === "number" ? integer(1, size) : text(2, size)]));
  return [text(1, name), message(2, [message(1, [integer(1, typeCodes[type]), message(2, sizes)])])];
}

const message = (field: number, parts: readonly Buffer[]): Buffer => bytes(field, Buffer.concat(parts));
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
const bytes = (field: number, value: Buffer): Buffer => tagged(field, 2, Buffer.concat([varint(value.length), value]));
const integer = (field: number, value: number): Buffer => tagged(field, 0, varint(value));
const tagged = (field: number, wire: number, body: Buffer): Buffer => Buffer.concat([varint(field * 8 + wire), body]);

/** Seven bits a byte, lowest first; a negative number is its 64-bit two's complement. */
function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    out.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(out);
}

// Without the parser of .proto files, which is half of its load time in every worker.
import protobuf from 'protobufjs/light.js';

// The part of onnx.proto that we write (onnx/onnx.proto, IR version 10), by its field numbers.
const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    AttributeProto: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        s: one('bytes', 4),
        g: one('GraphProto', 6),
        ints: many('int64', 8),
        type: one('int32', 20),
      },
    },
    ValueInfoProto: { fields: { name: one('string', 1), type: one('TypeProto', 2) } },
    NodeProto: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        name: one('string', 3),
        opType: one('string', 4),
        attribute: many('AttributeProto', 5),
        domain: one('string', 7),
      },
    },
    ModelProto: {
      fields: {
        irVersion: one('int64', 1),
        producerName: one('string', 2),
        graph: one('GraphProto', 7),
        opsetImport: many('OperatorSetIdProto', 8),
      },
    },
    GraphProto: {
      fields: {
        node: many('NodeProto', 1),
        name: one('string', 2),
        initializer: many('TensorProto', 5),
        input: many('ValueInfoProto', 11),
        output: many('ValueInfoProto', 12),
      },
    },
    StringStringEntryProto: { fields: { key: one('string', 1), value: one('string', 2) } },
    TensorProto: {
      fields: {
        dims: many('int64', 1),
        dataType: one('int32', 2),
        name: one('string', 8),
        rawData: one('bytes', 9),
        externalData: many('StringStringEntryProto', 13),
        dataLocation: one('int32', 14),
      },
    },
    TypeProto: {
      fields: { tensorType: one('Tensor', 1) },
      nested: { Tensor: { fields: { elemType: one('int32', 1), shape: one('TensorShapeProto', 2) } } },
    },
    TensorShapeProto: {
      fields: { dim: many('Dimension', 1) },
      nested: { Dimension: { fields: { dimValue: one('int64', 1) } } },
    },
    OperatorSetIdProto: { fields: { domain: one('string', 1), version: one('int64', 2) } },
  },
});

export const modelProto = root.lookupType('ModelProto');

/** Numbers of `TensorProto.DataType`. */
export const onnxType = { fp32: 1, fp16: 10, bf16: 16, int64: 7, int32: 6 } as const;

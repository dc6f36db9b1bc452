import protobuf from 'protobufjs/light'

/**
 * The part of TensorFlow's messages that a SavedModel with functions needs, with the field numbers of its public
 * .proto files (saved_model, meta_graph, graph, node_def, op_def, function, attr_value, tensor, tensor_shape).
 */
const root = protobuf.Root.fromJSON({
  nested: {
    SavedModel: message({
      savedModelSchemaVersion: ['int64', 1],
      metaGraphs: ['MetaGraphDef', 2, 'repeated'],
    }),
    MetaGraphDef: message({ metaInfoDef: ['MetaInfoDef', 1], graphDef: ['GraphDef', 2] }),
    MetaInfoDef: message({ tags: ['string', 4, 'repeated'] }),
    GraphDef: message({
      node: ['NodeDef', 1, 'repeated'],
      library: ['FunctionDefLibrary', 2],
      versions: ['VersionDef', 4],
    }),
    VersionDef: message({ producer: ['int32', 1] }),
    FunctionDefLibrary: message({ function: ['FunctionDef', 1, 'repeated'] }),
    FunctionDef: message({
      signature: ['OpDef', 1],
      nodeDef: ['NodeDef', 3, 'repeated'],
      ret: ['string', 4, 'map'],
    }),
    OpDef: message({
      name: ['string', 1],
      inputArg: ['ArgDef', 2, 'repeated'],
      outputArg: ['ArgDef', 3, 'repeated'],
      isStateful: ['bool', 17],
    }),
    ArgDef: message({ name: ['string', 1], type: ['int32', 3] }),
    NodeDef: message({
      name: ['string', 1],
      op: ['string', 2],
      input: ['string', 3, 'repeated'],
      attr: ['AttrValue', 5, 'map'],
    }),
    AttrValue: oneOf({
      list: ['ListValue', 1],
      s: ['bytes', 2],
      i: ['int64', 3],
      f: ['float', 4],
      b: ['bool', 5],
      type: ['int32', 6],
      shape: ['TensorShape', 7],
      tensor: ['Tensor', 8],
      func: ['NameAttrList', 10],
    }),
    ListValue: message({
      s: ['bytes', 2, 'repeated'],
      i: ['int64', 3, 'repeated'],
      type: ['int32', 6, 'repeated'],
      shape: ['TensorShape', 7, 'repeated'],
    }),
    NameAttrList: message({ name: ['string', 1] }),
    TensorShape: message({ dim: ['Dimension', 2, 'repeated'] }),
    Dimension: message({ size: ['int64', 1] }),
    Tensor: message({
      dtype: ['int32', 1],
      tensorShape: ['TensorShape', 2],
      tensorContent: ['bytes', 4],
    }),
  },
})

/** An attribute of a node; exactly one member is set. */
export interface AttrValue {
  readonly s?: Uint8Array
  readonly i?: number
  readonly f?: number
  readonly b?: boolean
  readonly type?: number
  readonly shape?: TensorShape
  readonly tensor?: { dtype: number; tensorShape: TensorShape; tensorContent: Uint8Array }
  readonly func?: { readonly name: string }
  readonly list?: {
    readonly i?: readonly number[]
    readonly type?: readonly number[]
    readonly shape?: readonly TensorShape[]
  }
}

export interface TensorShape {
  /** -1 for an extent not known before the graph runs. */
  readonly dim: readonly { readonly size: number }[]
}

export interface NodeDef {
  readonly name: string
  readonly op: string
  readonly input: readonly string[]
  readonly attr: Readonly<Record<string, AttrValue>>
}

export interface FunctionDef {
  readonly signature: {
    readonly name: string
    readonly inputArg: readonly ArgDef[]
    readonly outputArg: readonly ArgDef[]
    readonly isStateful: boolean
  }
  readonly nodeDef: readonly NodeDef[]
  readonly ret: Readonly<Record<string, string>>
}

export interface ArgDef {
  readonly name: string
  readonly type: number
}

/** The bytes of a `saved_model.pb` with one graph, tagged `serve`. */
export function encodeSavedModel(nodes: readonly NodeDef[], functions: readonly FunctionDef[]): Uint8Array {
  const type = root.lookupType('SavedModel')
  return type
    .encode({
      savedModelSchemaVersion: 1,
      metaGraphs: [
        {
          metaInfoDef: { tags: ['serve'] },
          graphDef: { node: nodes, library: { function: functions }, versions: { producer: graphVersion } },
        },
      ],
    })
    .finish()
}

/** The version of graphs that we write, about that of TensorFlow 2.9; later ones read it too. */
const graphVersion = 1087

/** `map`: from strings to this type. */
type FieldSpec = readonly [type: string, id: number, rule?: 'repeated' | 'map']

function message(fields: Readonly<Record<string, FieldSpec>>): protobuf.IType {
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, [type, id, rule]]) => [
        name,
        { type, id, ...(rule === 'map' && { keyType: 'string' }), ...(rule === 'repeated' && { rule }) },
      ]),
    ),
  }
}

/** A message of which exactly one member is set, and written though it be 0 or false. */
function oneOf(fields: Readonly<Record<string, FieldSpec>>): protobuf.IType {
  return { ...message(fields), oneofs: { value: { oneof: Object.keys(fields) } } }
}

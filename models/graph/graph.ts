import type { Dtype } from '../catalog/types.js';
import type { Attribute, Body, Filling, GraphNode, Initializer, OperatorClass, TapeEntry } from './node.js';
import { byteSize, type ElementType, type Origin, type Value } from './value.js';

interface NodeOptions {
  domain?: 'com.microsoft';
  attributes?: Record<string, Attribute>;
  class?: OperatorClass;
  flops?: number;
  alias?: boolean;
  type?: ElementType;
  /** Storage to share, for a view. */
  view?: Value['view'];
  storage?: Value['storage'];
}

/**
 * Builds one ONNX graph node by node, and the tape that its backward is derived from.
 * Shapes are static. Nodes are kept in the order in which they should run.
 */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly initializers: Initializer[] = [];
  /** Trained weights, in order of declaration. */
  readonly parameters: Value[] = [];
  /** Values that only a rule's own arithmetic holds, by the name of the operator whose rule made them. */
  readonly scratch = new Map<Value, string>();
  /** Initializers that are written as inputs with a default. */
  readonly defaults = new Set<Value>();
  tape: TapeEntry[] = [];
  private counter = 0;
  private allowed: ReadonlySet<unknown> | null = null;
  private made = new Set<Value>();
  private readonly constants = new Map<string, Value>();
  private body: GraphNode[] | null = null;

  /**
   * @param dtype type of weights and activations
   * @param scoreBytes scores that the backward of an attention holds at once, at most
   */
  constructor(
    readonly dtype: Dtype,
    readonly scoreBytes = 64 * 2 ** 20,
  ) {}

  private value(
    prefix: string,
    shape: readonly number[],
    type: ElementType,
    origin: Origin,
    share?: Pick<NodeOptions, 'storage' | 'view'>,
  ): Value {
    const storage = share?.storage ?? { bytes: byteSize(shape, type), origin };
    const name = `${prefix}_${this.counter++}`;
    const base = { name, shape, type, storage, requiresGrad: false };
    return share?.view ? { ...base, view: share.view } : base;
  }

  /** A trained weight, named as in upstream's state dict. */
  parameter(name: string, shape: readonly number[], filling: Filling): Value {
    const value = this.weight(name, shape, filling);
    value.requiresGrad = true;
    this.parameters.push(value);
    return value;
  }

  /** The bytes of a weight, which the graph's parameters do not list. */
  weight(name: string, shape: readonly number[], filling: Filling): Value {
    const storage = { bytes: byteSize(shape, this.dtype), origin: 'parameter' as const };
    const value: Value = { name, shape, type: this.dtype, storage, requiresGrad: false };
    this.initializers.push({ value, filling });
    return value;
  }

  /**
   * A tensor that is there before the step: data, optimiser state.
   *
   * @param countedBytes what it counts for where upstream holds it in another form than we do
   */
  initializer(
    prefix: string,
    shape: readonly number[],
    type: ElementType,
    origin: Origin,
    filling: Filling,
    countedBytes = byteSize(shape, type),
  ): Value {
    const value = this.value(prefix, shape, type, origin, { storage: { bytes: countedBytes, origin } });
    this.initializers.push({ value, filling });
    return value;
  }

  /** A small constant, made once for each content. */
  constant(
    values: number | readonly number[],
    type: ElementType = this.dtype,
    shape?: readonly number[],
  ): Value {
    const list = typeof values === 'number' ? [values] : values;
    const dims = shape ?? (typeof values === 'number' ? [] : [list.length]);
    const key = `${type}[${dims}]=${list.length > 64 ? `${list.length}#${this.counter}` : list.join()}`;
    const known = this.constants.get(key);
    if (known) return known;
    const made = this.initializer('c', dims, type, 'constant', { values: list });
    this.constants.set(key, made);
    return made;
  }

  /** A constant with the same number everywhere. */
  filled(shape: readonly number[], fill: number, type: ElementType = this.dtype): Value {
    const key = `${type}[${shape}]:${fill}`;
    const known = this.constants.get(key);
    if (known) return known;
    const made = this.initializer('c', shape, type, 'constant', { fill });
    this.constants.set(key, made);
    return made;
  }

  /**
   * The shape operand of a Reshape. It is written as an input with a default and not as a constant, so that
   * ONNX Runtime does not know the shapes before it runs. Where it does, its planner gives the buffer of a dead
   * tensor to a later one of the same shape and holds it in between, which would hide what is really alive
   * (onnxruntime/core/framework/allocation_planner.cc `FindReusableTensor`).
   */
  shapeTensor(shape: readonly number[]): Value {
    const value = this.constant(shape, 'int64', [shape.length]);
    this.defaults.add(value);
    return value;
  }

  /** Emits a node with one output of the given shape. */
  node(
    op: string,
    inputs: readonly (Value | null)[],
    shape: readonly number[],
    options: NodeOptions = {},
  ): Value {
    return this.nodeOf(op, inputs, [shape], options)[0]!;
  }

  /** Emits a node with several outputs. @throws Error where a backward rule reads what was not kept for it. */
  nodeOf(
    op: string,
    inputs: readonly (Value | null)[],
    shapes: readonly (readonly number[])[],
    options: NodeOptions & { types?: readonly ElementType[] } = {},
  ): Value[] {
    for (const input of inputs) if (input) this.checkKept(op, input);
    const type = options.type ?? inputs[0]?.type ?? this.dtype;
    const share = options.alias ? { storage: inputs[0]!.storage } : options;
    const outputs = shapes.map((shape, index) =>
      this.value(op.toLowerCase(), shape, options.types?.[index] ?? type, 'activation', share),
    );
    for (const output of outputs) this.made.add(output);
    (this.body ?? this.nodes).push({
      op,
      domain: options.domain ?? '',
      inputs,
      outputs,
      attributes: options.attributes ?? {},
      class: options.class ?? 'elementwise',
      flops: options.flops ?? 0,
      alias: options.alias ?? false,
    });
    return outputs;
  }

  /** Builds the body of a `Scan`: `build` gets the body's inputs and returns its outputs. */
  scanBody(
    inputs: readonly { shape: readonly number[]; type: ElementType }[],
    build: (inputs: Value[]) => Value[],
  ): Body {
    const outer = this.body;
    const values = inputs.map(({ shape, type }) => this.value('scan', shape, type, 'activation'));
    for (const value of values) this.made.add(value);
    this.body = [];
    const outputs = build(values);
    const nodes = this.body;
    this.body = outer;
    return { inputs: values, outputs, nodes };
  }

  /** Puts an operator on the tape, where a gradient flows through it. */
  record(entry: Omit<TapeEntry, 'extraSavedBytes'> & { extraSavedBytes?: number }): void {
    if (!entry.inputs.some((input) => input.requiresGrad)) return;
    for (const output of entry.outputs) output.requiresGrad = true;
    this.tape.push({ extraSavedBytes: 0, ...entry });
  }

  /** Runs `build` with a tape of its own and returns both. */
  withTape<T>(build: () => T): { result: T; tape: TapeEntry[] } {
    const outer = this.tape;
    this.tape = [];
    const result = build();
    const tape = this.tape;
    this.tape = outer;
    return { result, tape };
  }

  /**
   * Applies an entry's rule. While it runs, a node may read only the gradients, what the entry saved,
   * parameters, constants and what the rule made itself: so what is kept is what is declared.
   */
  applyRule(entry: TapeEntry, gradients: readonly (Value | undefined)[]): readonly (Value | undefined)[] {
    const outerAllowed = this.allowed;
    const outerMade = this.made;
    this.allowed = new Set<unknown>([...gradients, ...entry.saved.map((value) => value.storage)]);
    this.made = new Set();
    const saved = entry.saved.map((value) => (value.view ? value.view.rebuild(value.view.base) : value));
    const result = entry.rule(gradients, saved);
    for (const value of this.made)
      if (!result.some((gradient) => gradient?.storage === value.storage))
        this.scratch.set(value, entry.name);
    this.allowed = outerAllowed;
    this.made = outerMade;
    return result;
  }

  /** Lifts the check for a rule that recomputes (a checkpoint runs whole operators inside its own). */
  unchecked<T>(build: () => T): T {
    const outer = this.allowed;
    this.allowed = null;
    const result = build();
    this.allowed = outer;
    return result;
  }

  private checkKept(op: string, input: Value): void {
    if (!this.allowed || this.made.has(input)) return;
    const { origin } = input.storage;
    if (origin === 'parameter' || origin === 'constant' || origin === 'state') return;
    if (this.allowed.has(input) || this.allowed.has(input.storage)) return;
    throw new Error(`a backward rule reads ${input.name} in ${op}, which its operator did not save`);
  }
}

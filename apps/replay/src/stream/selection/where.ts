import jsep from 'jsep';
import { actions, surfaces } from '#contracts';
import { nearestName } from '#config';
import { UsageError } from '../../cli/command.js';

/** What a condition can speak of. `values`: the only ones there are. */
const names = {
  action: { kind: 'text', values: actions },
  surface: { kind: 'text', values: surfaces },
  topic: { kind: 'text' },
  paper: { kind: 'text' },
  trust: { kind: 'text', values: ['server', 'client'] },
  client: { kind: 'text' },
  hour: { kind: 'number' },
  arm: { kind: 'text' },
} as const satisfies Record<string, { readonly kind: 'text' | 'number'; readonly values?: readonly string[] }>;

/** The closed set of a name's values, where it has one. */
const valuesOf = (name: FactName): readonly string[] | undefined => (names[name] as { readonly values?: readonly string[] }).values;

export type FactName = keyof typeof names;
export const factNames = Object.keys(names) as readonly FactName[];
type Value = string | number | null;
/** What is known of one record; a name that is absent is null. */
export type Facts = Readonly<Partial<Record<FactName, Value>>>;

export interface Where {
  /** The names that it speaks of. */
  readonly names: ReadonlySet<FactName>;
  test(facts: Facts): boolean;
}

const comparisons: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a !== null && b !== null && a < b,
  '<=': (a, b) => a !== null && b !== null && a <= b,
  '>': (a, b) => a !== null && b !== null && a > b,
  '>=': (a, b) => a !== null && b !== null && a >= b,
};

type Node = jsep.CoreExpression;
type Test = (facts: Facts) => boolean;
interface Operand {
  readonly name: FactName | null;
  readonly kind: 'text' | 'number' | 'null';
  readonly shown: string;
  readonly literal: Value;
  valueOf(facts: Facts): Value;
}

jsep.addBinaryOp('in', 7); // as strong as < and >

/**
 * Reads a condition such as `surface == 'for-you' && hour in [8, 9] || !(client == null)`. It is read into a tree and the tree into tests of ours; nothing of it is
 * ever run. Comparisons with a name that a record does not have are true for `!= 'text'` and `== null` alone.
 * @throws {UsageError} it is no condition, names something that there is not, or compares what can not be equal.
 */
export const readWhere = (text: string): Where => new Reader(text).read();

class Reader {
  readonly #names = new Set<FactName>();

  constructor(private readonly text: string) {}

  read(): Where {
    const test = this.condition(this.tree());
    return { names: this.#names, test };
  }

  private tree(): Node {
    try {
      return nodeOf(jsep(this.text));
    } catch (error) {
      throw this.problem(error instanceof Error ? error.message : 'can not be read');
    }
  }

  private problem(rule: string): UsageError {
    return new UsageError(`--where ${JSON.stringify(this.text)}: ${rule}`);
  }

  private condition(node: Node): Test {
    if (node.type === 'UnaryExpression' && node.operator === '!') {
      const test = this.condition(nodeOf(node.argument));
      return (facts) => !test(facts);
    }
    if (node.type !== 'BinaryExpression')
      throw this.problem(`must compare a name (${factNames.join(', ')}) with a value; ${described(node)} alone is no condition`);
    const { operator } = node;
    if (operator === '&&' || operator === '||')
      return this.joined(operator, this.condition(nodeOf(node.left)), this.condition(nodeOf(node.right)));
    return operator === 'in' ? this.membership(node) : this.comparison(operator, node);
  }

  private joined(operator: '&&' | '||', left: Test, right: Test): Test {
    return operator === '&&' ? (facts) => left(facts) && right(facts) : (facts) => left(facts) || right(facts);
  }

  private comparison(operator: string, node: jsep.BinaryExpression): Test {
    const compare = comparisons[operator];
    if (compare === undefined)
      throw this.problem(`${operator} is not known here; there are ${[...Object.keys(comparisons), 'in', '&&', '||', '!'].join(' ')}`);
    const [left, right] = [this.operand(nodeOf(node.left)), this.operand(nodeOf(node.right))];
    this.checkPair(left, right);
    return (facts) => compare(left.valueOf(facts), right.valueOf(facts));
  }

  private membership(node: jsep.BinaryExpression): Test {
    const [left, list] = [this.operand(nodeOf(node.left)), nodeOf(node.right)];
    if (list.type !== 'ArrayExpression') throw this.problem(`in needs a list such as ['a', 'b'] on its right`);
    const elements = list.elements.map((element) => this.operand(nodeOf(element ?? hole)));
    for (const element of elements) this.checkPair(left, element);
    return (facts) => elements.some((element) => element.valueOf(facts) === left.valueOf(facts));
  }

  private operand(node: Node): Operand {
    if (node.type === 'Identifier') return this.name(node.name);
    if (node.type === 'UnaryExpression' && node.operator === '-') {
      const { literal } = this.operand(nodeOf(node.argument));
      if (typeof literal === 'number') return literalOf(-literal);
    }
    const value = node.type === 'Literal' ? node.value : undefined;
    if (value === null || typeof value === 'string' || typeof value === 'number') return literalOf(value);
    throw this.problem(`${described(node)} can not be compared; a name, 'text', a number or null can`);
  }

  private name(name: string): Operand {
    const known = factNames.find((each) => each === name);
    if (known === undefined) {
      const near = nearestName(name, factNames);
      const hint = near === null ? `; text stands in quotes: '${name}'` : `; did you mean ${near}?`;
      throw this.problem(`${name} is not one of ${factNames.join(', ')}${hint}`);
    }
    this.#names.add(known);
    return { name: known, kind: names[known].kind, shown: known, literal: null, valueOf: (facts) => facts[known] ?? null };
  }

  private checkPair(left: Operand, right: Operand): void {
    if (left.name === null && right.name === null)
      throw this.problem(`${left.shown} and ${right.shown} are both values: one must be a name`);
    if (left.kind !== right.kind && left.kind !== 'null' && right.kind !== 'null')
      throw this.problem(`${left.shown} is a ${left.kind} and ${right.shown} a ${right.kind}`);
    this.checkValue(left, right);
    this.checkValue(right, left);
  }

  /** A value that a name never has would be a condition that never holds. */
  private checkValue({ name }: Operand, { literal }: Operand): void {
    const values = name === null ? undefined : valuesOf(name);
    if (values === undefined || typeof literal !== 'string' || values.includes(literal)) return;
    const near = nearestName(literal, values);
    throw this.problem(`${name} is never '${literal}'; ${near === null ? `it is one of ${values.join(', ')}` : `did you mean '${near}'?`}`);
  }
}

const literalOf = (value: Value): Operand => ({
  name: null,
  kind: value === null ? 'null' : typeof value === 'number' ? 'number' : 'text',
  shown: JSON.stringify(value),
  literal: value,
  valueOf: () => value,
});

/** The parser types the children of a node as anything; a node of a kind that it does not make is refused like any that is no condition. */
const nodeOf = (node: jsep.Expression): Node => node as Node;

/** `[1, , 2]` */
const hole: jsep.Literal = { type: 'Literal', value: null, raw: 'null' };

const described = (node: Node): string => {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'Literal') return node.raw;
  return `a ${node.type.replace(/Expression$/, '').toLowerCase()} expression`;
};
